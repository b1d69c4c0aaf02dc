"""What can be said of a system without solving it.

Floors, read upward: `dependencies`, `edges`, `narrow`, `poles`, `expansion`, `nullspace`,
`weights`, `conserved`, `relaxing`, `facts`, `equilibria`, `canonical`.
"""
