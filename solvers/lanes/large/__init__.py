"""Steps of large systems as text: loops over states, and between them the rates as a function.

Floors, read upward: `rows`, `sums`; `listed`; `full`, one matrix with pivoting; `matrices` as lists
or as `squares`; `looped`, `stiff`; `newton`, `one_matrix`; `many`, which chooses.
"""
