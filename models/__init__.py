"""What the system *is*: symbols, equations, exact mathematics; no arrays of numbers.

Floors, read upward, each importing only from below: `errors`, `lazy`, `shelf`, `names`, `columns`,
`meaning`; `operations`, `folding`, `value`, `tape`; `differentiate`, `expression`, `sharing`,
`confluent`, `precise`; `model`; `formulas`, `statements`, `misread`, `read`; `unit_algebra`,
`unit_text`, `units`, `unit_rules`, `unit_check`; `specify`, `system`, `lower`, `sensitivity`,
`structure`; `notation`, `sympy_record`, `sympy_bridge`, `rational`; `derivation`, `workings`,
`solvable`, `certificate`; the shelf `closed_form/`; `exact`, `display`; and the shelf `library/`.
"""
