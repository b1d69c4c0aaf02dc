"""The time of a search: how much is left, and how it is stopped when none is.

Floors, read upward: `clock`, `collector`; `alarm`.
"""
