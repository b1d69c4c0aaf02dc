"""What the system *is*: symbols, equations, exact mathematics; no arrays of numbers.

Floors, read upward, each importing only from below:

1. ground: `errors`, `lazy`, `shelf`, `room`, `names`, `columns`, `meaning`, `notebook`
2. the tape: `operations`, `folding`, `value`, `tape`; then `differentiate`, `expression`,
   `sharing`, `confluent`, `precise`
3. the specification: `model`, `published`; its language `formulas`, `statements`, `misread`,
   `read`; its units `unit_algebra`, `unit_text`, `units`, `unit_rules`, `unit_check`; the
   verb, `specify`
4. the normal form: `system`, `lower`, `sensitivity`
5. what can be known of it: `structure`, `expansion`, `nullspace`, `weights`, `conserved`, `facts`
6. sympy, asked: `sympy_record`, `sympy_bridge`, `rational`, `equilibria`
7. closed forms: `notation`, `derivation`, `workings`, `solvable`, `certificate`, the shelf
   `closed_form/`, `exact`, `display`
8. `calculus/`, derivatives explained, and the shelf `library/`
"""
