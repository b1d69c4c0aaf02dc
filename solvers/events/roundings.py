"""How far a condition may be from zero by rounding alone.

A condition that has begun to hold may rise so slowly that its value lies within roundings of zero
for many steps. What a value does there is no crossing: only one that falls below zero by more than
roundings has ceased to hold, and may begin again.
"""

from __future__ import annotations

from functools import lru_cache

from ...models.tape import Builder, Tape, Value

ROUNDINGS = 2.0**-47  # of the terms of a condition: what dense output may stray by
_MADE_OF_TERMS = frozenset({"add", "sub", "neg", "min", "max"})


@lru_cache(maxsize=64)
def roundings(tape: Tape) -> Tape:
    """Return a tape of how far each output may be from zero by rounding.

    It is a part of the sizes of the terms that one is the sum of, or the smallest or largest of.
    """
    terms = [_terms(tape, output) for output in tape.outputs]
    several = Tape(tape.inputs, tape.nodes, tuple(n for some in terms for n in some))
    builder = Builder(tape.inputs)
    values = iter(builder.inline(several, builder.inputs))
    rows: list[Value] = []
    for some in terms:
        size = builder.constant(0.0)
        for _ in some:
            size = size + abs(next(values))
        rows.append(ROUNDINGS * size)
    return builder.finish(rows)


def _terms(tape: Tape, output: int) -> list[int]:
    """Return the values that one is a sum of, or is chosen among, which are its terms."""
    left, seen = [output], set[int]()
    while left:
        number = left.pop()
        if number not in seen:
            seen.add(number)
            left += tape.nodes[number].args if tape.nodes[number].op in _MADE_OF_TERMS else ()
    return sorted(n for n in seen if tape.nodes[n].op not in _MADE_OF_TERMS)
