"""Steps of large systems as text: loops over states, and between them the rates as a function.

Floors, read upward: `rows`; `looped`, and with `sums` `newton`; `many`, which chooses.
"""
