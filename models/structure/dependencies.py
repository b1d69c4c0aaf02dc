"""How a system hangs together: which states depend on which, and the blocks this makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..once import once
from ..system import FirstOrderSystem
from ..tape import Builder, Tape
from ..tape.differentiate import SparseJacobian, jacobian

# Operations whose result jumps where an argument passes some number.
JUMPING = frozenset({"lt", "le", "eq", "sign", "floor"})


@once
def dependencies(system: FirstOrderSystem) -> tuple[frozenset[int], ...]:
    """Return for each state the states that occur in its rate, by position."""
    tape, n = system.vector_field, system.n_states
    seen: list[int] = []  # for each node the states it contains, one bit each
    for number, node in enumerate(tape.nodes):
        own = 1 << (number - 1) if 1 <= number <= n else 0
        for a in node.args:
            own |= seen[a]
        seen.append(own)
    return tuple(frozenset(j for j in range(n) if seen[o] >> j & 1) for o in tape.outputs)


@once
def is_autonomous(system: FirstOrderSystem) -> bool:
    """Tell whether time does not occur in the rates."""
    return system.time not in system.vector_field.used()


@once
def state_jacobian(system: FirstOrderSystem) -> SparseJacobian:
    """Return df/dy: large systems take long to differentiate, and several ask for it."""
    return jacobian(system.vector_field, system.states)


@once
def is_affine(system: FirstOrderSystem) -> bool:
    """Tell whether the rates are A y + a t + b as they are written, with parameters in A, a and b.

    Products are not multiplied out, so that it takes no longer than to read the rates once.
    """
    return is_affine_in(system.vector_field, system.n_states)


def is_affine_in(tape: Tape, n: int) -> bool:
    """Tell whether all outputs are affine in the first input and the n that follow it."""
    degrees: list[int] = []  # in time and states together; 2 stands for whatever is not affine
    for number, node in enumerate(tape.nodes):
        of = [degrees[a] for a in node.args]
        if not any(of):
            degrees.append(int(number <= n))
        elif node.op in ("add", "sub", "neg") or (node.op == "select" and not of[0]):
            degrees.append(max(of))
        elif node.op == "mul" or (node.op == "div" and not of[1]):
            degrees.append(min(sum(of), 2))
        else:
            degrees.append(2)
    return all(degrees[o] <= 1 for o in tape.outputs)


@once
def has_clock(system: FirstOrderSystem) -> bool:
    """Tell whether a state runs evenly, as time does, ``c' = 1``, and another's rate reads it."""
    nodes = (system.vector_field.nodes[output] for output in system.vector_field.outputs)
    even = {i for i, node in enumerate(nodes) if node.op == "const" and node.value != 0}
    return bool(even) and any(even & found for found in dependencies(system))


def blocks(system: FirstOrderSystem) -> tuple[tuple[int, ...], ...]:
    """Return the states in groups that depend on one another, each after those it depends on.

    These are the strongly connected components of the graph of dependencies, in topological order;
    each block is a system of its own once those before it are known.
    """
    reach = _closure([sum(1 << j for j in row) for row in dependencies(system)])
    alike: dict[tuple[int, ...], None] = {}
    for i in sorted(range(system.n_states), key=lambda i: (reach[i].bit_count(), i)):
        mutual = (j for j in range(system.n_states) if reach[i] >> j & 1 and reach[j] >> i & 1)
        alike.setdefault(tuple(mutual))
    return tuple(alike)


def _closure(rows: Sequence[int]) -> list[int]:
    """Return for each state all it depends on directly or through others, itself among them."""
    reach = [row | 1 << i for i, row in enumerate(rows)]
    for k in range(len(reach)):
        for i, row in enumerate(reach):
            if row >> k & 1:
                reach[i] |= reach[k]
    return reach


def switches(system: FirstOrderSystem) -> Tape | None:
    """Return what jumps in rates or triggers with time alone, from time and parameters, or None.

    Each output is a truth, sign or whole number that a condition, `sign` or `floor` gives.
    """
    jumps = switching(system)
    if not jumps:
        return None
    return without_states(replace(system.timed, outputs=jumps), system.n_states)


def switching(system: FirstOrderSystem) -> tuple[int, ...]:
    """Return the numbers of the nodes of rates and triggers that jump with time alone."""
    tape, n = system.timed, system.n_states
    timed: list[bool] = []  # whether a node depends on time, and on no state
    stated: list[bool] = []
    for number, node in enumerate(tape.nodes):
        timed.append(number == 0 or any(timed[a] for a in node.args))
        stated.append(1 <= number <= n or any(stated[a] for a in node.args))
    return tuple(
        number
        for number, node in enumerate(tape.nodes)
        if node.op in JUMPING and timed[number] and not stated[number]
    )


def without_states(tape: Tape, n_states: int) -> Tape:
    """Return a tape over time, states and parameters, none of whose outputs uses a state."""
    builder = Builder((tape.inputs[0], *tape.inputs[1 + n_states :]))
    unused = builder.constant(0.0)
    names = [builder.input(m) if m in builder.names else unused for m in tape.inputs]
    return builder.finish(builder.inline(tape, names))
