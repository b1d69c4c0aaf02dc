"""What happens on the way: when it falls due, that it is met exactly, and what it changes.

Floors, read upward: `settle`, `calendar`, `boxes`, `roundings`, `crossings`; `foresight`, `watch`,
`zeno`; `agenda`, `triggers`; `shifts`; `happenings`, which brings all of them together; then
`encounters`, for loops over steps, and `pieces`, for formulas.
"""
