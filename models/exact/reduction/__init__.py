"""Equations of second order led back to simpler ones, in other states or in another time.

Floors, read upward: `change`, which solves and comes back; `second`, what all recognise them by.
"""
