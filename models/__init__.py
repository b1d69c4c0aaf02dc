"""What the system *is*: symbols, equations, exact mathematics; no arrays of numbers.

Floors, read upward, each importing only from below: `errors`, `lazy`, `shelf`; `tape`;
`differentiate`, `expression`; `model`, `read`, `units`; `specify`, `system`, `lower`, `sensitivity`;
`exact`, `display`; and the shelves `closed_form/` and `library/`.
"""
