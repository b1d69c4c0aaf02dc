"""Compiled lanes: the loop over steps as text, and what goes on beside it.

The text: `layout`, `frame`, `search`, `iteration`, `stretch`; of small systems `memory`,
`one_piece`, `turns` and `whole`; of large ones `rows`, `looped` and, with `sums`, `newton`; `work`,
`many`; then `refill`, `leave`, `tallying`,
`outputs`, `happen`, `attend` and `driver`, which `assemble` has compiled. It is run over a `piece`
of a `batch`, by its `account` and `notes`, with `visits` to trajectories on which more happens than
lanes know of; one alone is made `ready` once, for many runs. And `way_back`, by the text of
`backward` and `seeding`, goes back over the steps of a piece; a `round_trip` is one alone made
ready, which sets out as `setting_out` has it. Where something happened, `halts` has it in order,
and the way back goes `through` it.
"""
