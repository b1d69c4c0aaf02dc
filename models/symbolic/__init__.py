"""sympy, asked: tapes and models to its expressions and back, refusing what would be inexact.

Floors, read upward: `record`, `bridge`, `rational`; what is asked about systems, `from_start`,
`roots`, `undetermined`; equations: `sides`, `explicit`, `equations`, `written`; scalar equations
solved: `oracle`; integrals, `hopeless`, `integral_table`, `integral_named`, `integral_series`,
`integral_poles`, `integral_shifted`, `integral_root`, `integral_euler`, `integral_angle`,
`antiderivative`, `integral`; `stage`, `first_integral`; `shifted_ratio`, `scaled_ratio`,
`linear_integral`, `combined_factor`, `differential`; `riccati`, `inner`, `of_logarithm`,
`inversion`, `in_doubles`, `algebra`, `powers`, `power_stages`, `half_angle`; changes of the state
or the time, `scales`, `without_square`; linear equations of second order, `angle_times`,
`without_waves`, `singular_points`, `kovacic`, `modes`, `second_order`, `linear_second`; those with
a name, `normal_forms`, `hypergeometric`, `other_times`, `named_equations`, and Riccati's by way of
them, `quadratic`, `changes`; `restated`, `distances`, `reciprocals`, `reduced`; systems,
`common_growth`, `common_rows`.
"""
