"""The proof of a closed form: put back into its equation, followed from its start.

Floors, read upward: `points`, `regular`, `conditions`; `examine`, `continuous`; `certificate`.
"""
