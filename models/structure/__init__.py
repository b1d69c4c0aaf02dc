"""What can be said of a system without solving it.

Floors, read upward: `dependencies`, `edges`, `narrow`, `poles`, `ranges`, `kept_signs`,
`vanishing`, `divisors`, `expansion`, `nullspace`, `weights`, `conserved`, `relaxing`, `facts`,
`equilibria`, `canonical`.
"""
