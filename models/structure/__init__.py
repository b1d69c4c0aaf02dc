"""What can be said of a system without solving it.

Floors, read upward: `dependencies`, `expansion`, `nullspace`, `weights`, `conserved`,
`facts`, `equilibria`, `canonical`.
"""
