"""First-order equations by their first integrals: found, solved for the state, or left implicit.

Floors, read upward: `powers`, `angles`, `ending`, `bracketed`, `implicit`, `inverse`, `stages`;
`explicit`, `scalar`; `quadratic`, `quadrature`, `by_inverse`, `restated`, `kinds`; `conserved`; a
law on each side of a value of the state, `sides`, `elapsed`, `two_laws`, `crossing`.
"""
