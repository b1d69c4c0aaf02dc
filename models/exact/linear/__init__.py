"""Linear systems with constant coefficients, solved on the tape.

Floors, read upward: `identity`, `affine`, `order`, `determinant`; inputs in terms, `forcing`,
`switching`; textbook formulas, `particular`, `resolvent`, `pair`, `pair_refined`, `two`,
`two_steps`, `filling`; `generators`, which makes every input a state of its own; forms safe in
floating point, `divided`, `chains`, `waves`, `exponential`; what is printed as a matrix
exponential, `written`, `modes`, and told with a `characteristic` polynomial; `safe`, which chooses;
`own_time`, which brings back from another time; and, for coefficients that vary, `second_order`,
`named`, `common` and `rows`; `duhamel`, for inputs of which an integral stays; `waves_on_line`,
modes of equal places in a row.
"""
