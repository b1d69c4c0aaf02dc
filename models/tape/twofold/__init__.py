"""Numbers of twice the digits on a tape, each the sum of two doubles.

Floors, read upward: `number`, `functions`, `replayed`.
"""
