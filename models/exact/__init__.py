"""Closed forms: a system taken apart, each block tried on the shelf, believed once certified.

Floors, read upward: `derivation`, `workings`, `solvable`, `certificate`, then the shelf
``closed_form/`` beside this folder, and `solve`.
"""
