"""The rates made linear at a state, and the matrices that implicit steps solve with."""

from __future__ import annotations

from collections.abc import Sequence

from ...models.system import FirstOrderSystem
from ...models.tape import Builder, Tape, Value
from ...models.tape.differentiate import Partials, accumulate

SINGULAR = frozenset({"sqrt", "asin", "acos"})  # with infinite derivatives where they are finite
OVERFLOWING = frozenset({"exp", "sinh", "cosh", "pow"})  # whose derivatives grow as they do
LARGEST = 1e300  # of a derivative


def linearised(
    builder: Builder, system: FirstOrderSystem, bindings: Sequence[Value]
) -> list[Partials]:
    """Return, per rate, its derivatives by the states, 0 to n-1, and by time, n.

    Where 1/(1 + exp(u)) vanishes because its exponential is too large for a number, the formula of
    its derivative is none; it counts as zero, as it does where what overflowed is below the line.
    So does one that is infinite, as of a root at zero, where a trajectory may rest.
    """
    n, one = system.n_states, builder.constant(1.0)
    seeds: dict[int, Partials] = {0: {n: one}} | {1 + j: {j: one} for j in range(n)}
    rows = accumulate(builder, system.vector_field, bindings, seeds)[1]
    ops = {node.op for node in system.vector_field.nodes}
    if not (("div" in ops and ops & OVERFLOWING) or _has_roots(system.vector_field)):
        return rows
    return [{j: _finite(v) for j, v in row.items()} for row in rows]


def _has_roots(tape: Tape) -> bool:
    """Tell whether a tape has operations with an infinite derivative where they have a value."""
    exponents = [tape.nodes[node.args[1]] for node in tape.nodes if node.op == "pow"]
    powers = any(node.op != "const" or 0 < node.value < 1 for node in exponents)
    return powers or any(node.op in SINGULAR for node in tape.nodes)


def _finite(value: Value) -> Value:
    """Return a value where it is a number, and zero elsewhere."""
    return (
        value if value.constant is not None else (abs(value) <= LARGEST).apply("select", value, 0.0)
    )


def shifted(partials: Sequence[Partials], n: int, diagonal: Value) -> dict[tuple[int, int], Value]:
    """Return the entries of I/(h gamma) - J."""
    entries = {
        (i, j): -v for i, row in enumerate(partials) for j, v in sorted(row.items()) if j < n
    }
    for i in range(n):
        entries[i, i] = diagonal + entries[i, i] if (i, i) in entries else diagonal
    return entries
