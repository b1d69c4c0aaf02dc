"""Units: read once, checked once, never inside a right-hand side.

Floors, read upward: `algebra`, `text`, `read` (asks pint), `rules`, `check`.
"""
