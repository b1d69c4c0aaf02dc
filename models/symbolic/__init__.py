"""sympy, asked: tapes to its expressions and back, refusing what would be inexact.

Floors, read upward: `record`, `bridge`, `rational`.
"""
