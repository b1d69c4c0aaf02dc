"""What the system *is*: symbols, equations, exact mathematics; no arrays of numbers.

Floors, read upward, each importing only from below: `errors`, `lazy`, `shelf`, `names`, `columns`;
`operations`, `folding`, `value`, `tape`; `differentiate`, `expression`, `sharing`; `model`;
`formulas`, `statements`, `misread`, `read`; `unit_algebra`, `unit_text`, `units`, `unit_rules`,
`unit_check`; `specify`, `system`, `lower`, `sensitivity`; `exact`, `display`; and the shelves
`closed_form/` and `library/`.
"""
