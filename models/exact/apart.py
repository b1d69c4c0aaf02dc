"""A system taken apart: blocks, each with what it depends on put in or left as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..structure.dependencies import dependencies
from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value


def with_solutions(
    system: FirstOrderSystem, block: Sequence[int], known: Mapping[int, Tape]
) -> FirstOrderSystem:
    """Return a block as a system of its own, the solutions it depends on put in.

    Parameters
    ----------
    system
        The whole.
    block
        Positions of its states.
    known
        Solutions by position, one output each, from time and all parameters.
    """
    states = tuple(system.states[i] for i in block)
    field = system.vector_field.select(block)
    builder = Builder((system.time, *states, *system.parameters))
    solution = [builder.input(system.time), *map(builder.input, system.parameters)]
    used, values = field.used(), dict[str, Value]()
    for i, tape in known.items():
        if system.states[i] in used:
            values[system.states[i]] = builder.inline(tape, solution)[0]
    bindings = [
        builder.input(n) if n in builder.names else values.get(n, 0.0)  # the others do not occur
        for n in field.inputs
    ]
    rates = builder.finish(builder.inline(field, bindings))
    start = system.start.select(block)
    return replace(system, states=states, vector_field=rates, start=start, events=())


def closure(system: FirstOrderSystem, block: Sequence[int]) -> FirstOrderSystem:
    """Return a block with all it depends on as a system of its own, the block's states last."""
    needs, needed, waiting = dependencies(system), set(block), list(block)
    while waiting:
        new = needs[waiting.pop()] - needed
        needed |= new
        waiting += new
    before = [i for i in range(system.n_states) if i in needed and i not in block]
    return with_solutions(system, (*before, *block), {})
