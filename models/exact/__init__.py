"""Closed forms: a system taken apart, each block tried on the shelf, believed once certified.

Floors, read upward: `derivation`, `workings`, `clock`, `apart`, `solvable`; `points`, `examine`,
`certificate`, `form`; then `linear/` and `first_order/`, each with its floors, the shelf
``closed_form/`` beside this folder, and `solve`.
"""
