"""Linear systems with constant coefficients, solved on the tape.

Floors, read upward: `identity`, `affine`, `forcing`; then `generators`, which makes every input a
state of its own, and the ways to a matrix exponential: `divided` (chains of real rates),
`exponential` (any matrix).
"""
