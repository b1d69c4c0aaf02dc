"""Closed forms: a system taken apart, each block tried on the shelf, believed once certified.

Floors, read upward: `kept`, what is known from before, and `pieces`; `derivation`, `workings`,
`clock`, `alarm`, `collector`, `apart`, `solvable`, `abbreviated`, `transformed`, `conservative`,
`populations`, `points`, `energetic`, `quadrature`, `parametric`, `located`, `passing`,
`revolving`, `wells`, `regular`; `examine`, `continuous`, `certificate`, `form`, `rest`, `cases`,
`whole`; then `linear/` and `first_order/`, each with its floors, the shelf ``closed_form/`` beside
this folder; `events/`, `order`, `search`, and `solve`.
"""
