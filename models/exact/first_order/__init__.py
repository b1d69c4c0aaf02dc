"""First-order equations by their first integrals: found, solved for the state, or left implicit.

Floors, read upward: `powers`, `angles`, `implicit`, `stages`; `explicit`, `scalar`; `quadratic`,
`quadrature`, `restated`, `kinds`; `conserved`.
"""
