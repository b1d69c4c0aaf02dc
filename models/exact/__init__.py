"""Closed forms: a system taken apart, each block tried on the shelf, believed once certified.

Floors, read upward, the folders with floors of their own: `budget/`, the time of a search; `kept`,
what is known from before, `conditions`, and `pieces`; `derivation`, `workings`, `apart`,
`solvable`, `abbreviated`, `refined`, `evaluated`, `transformed`, `together`, `quadrature`;
`motions/`; `proof/`; `part`, `form`, `rest`, `case`, `cases`, `whole`; then `linear/`,
`first_order/` and `reduction/`, the shelf ``closed_form/`` beside this folder; `events/`,
`unsolved`, `order`, `search`, and `solve`.
"""
