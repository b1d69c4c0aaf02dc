"""Methods as numbers: coefficients, the conditions they fulfil, and what follows from both.

Floors, read upward: `coefficients`; `order_conditions`; `tableau`, `rosenbrock`; `collocation`; and
`taylor`, which needs no numbers.
"""
