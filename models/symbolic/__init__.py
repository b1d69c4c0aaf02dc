"""sympy, asked: tapes and models to its expressions and back, refusing what would be inexact.

Floors, read upward: `record`, `bridge`, `rational`; equations: `sides`, `explicit`, `equations`,
`written`; scalar equations solved: `oracle`, `antiderivative`, `first_integral`, `inversion`,
`algebra`, `powers`.
"""
