"""Functions composed of plain operations, exact to rounding: integrals, roots, special functions.

Floors, read upward: `series`, `gauss`, `lambert`, `elliptic`, `arc`; `confluent`, `slopes`;
`quadrature`, `passage`, `turning`; `kepler`, `centre`, `volterra`, `revolution`, `omega`;
`special`.
"""
