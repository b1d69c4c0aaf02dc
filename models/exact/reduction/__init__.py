"""Equations led back to simpler ones, in other states or in another time.

Floors, read upward: `page`, paper for formulas; `change`, which solves and comes back; `second`,
equations of second order and what all recognise them by; `ratio`, pairs that scale;
`following`, a state that is an exponential of another one.
"""
