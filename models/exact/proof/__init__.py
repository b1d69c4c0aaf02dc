"""The proof of a closed form: put back into its equation, followed from its start.

Floors, read upward: `points`, `on_the_way`, `regular`, `own_poles`, `conditions`; `examine`,
`continuous`; `certificate`.
"""
