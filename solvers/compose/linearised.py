"""The rates made linear at a state, and the matrices that implicit steps solve with."""

from __future__ import annotations

from collections.abc import Sequence

from ...models.system import FirstOrderSystem
from ...models.tape import Builder, Value
from ...models.tape.differentiate import Partials, accumulate


def linearised(
    builder: Builder, system: FirstOrderSystem, bindings: Sequence[Value]
) -> list[Partials]:
    """Return, per rate, its derivatives by the states, 0 to n-1, and by time, n."""
    n, one = system.n_states, builder.constant(1.0)
    seeds: dict[int, Partials] = {0: {n: one}} | {1 + j: {j: one} for j in range(n)}
    return accumulate(builder, system.vector_field, bindings, seeds)[1]


def shifted(partials: Sequence[Partials], n: int, diagonal: Value) -> dict[tuple[int, int], Value]:
    """Return the entries of I/(h gamma) - J."""
    entries = {
        (i, j): -v for i, row in enumerate(partials) for j, v in sorted(row.items()) if j < n
    }
    for i in range(n):
        entries[i, i] = diagonal + entries[i, i] if (i, i) in entries else diagonal
    return entries
