"""Compiled lanes: the loop over steps as text, and what goes on beside it.

Floors, read upward: `layout`, what is held where; `loop/`, the text, with `large/` for systems of
many states; `assemble`, which has it compiled. It is run over a `piece` of a `batch`, by its
`account` and `notes`, with `visits` to trajectories on which more happens than lanes know of, for
which a step of a large system is `remade`; one alone is made `ready` once, for many runs. The way
`back/` goes over steps that a piece recorded.
"""
