"""Steps of large systems as text: loops over states, and between them the rates as a function.

Floors, read upward: `rows`, `sums`; `listed`; `looped`, `newton`; `many`, which chooses.
"""
