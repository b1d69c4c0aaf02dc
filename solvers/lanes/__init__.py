"""Compiled lanes as text.

`layout`, `frame`, `iteration`; small systems `whole`; large ones by `rows`, `looped` and, with
`sums`, `newton`; then `driver`.
"""
