"""Pieces between events: a system begun anew at any time and from any state, no input jumping.

What jumps with time alone, a step, a pulse, the interval of a table, is constant between two jumps;
there it is a parameter like others. A closed form of that holds for every piece.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..jumps import jumping
from ..names import free_name, new_names
from ..once import once
from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value
from ..tape.differentiate import Partials, accumulate


@dataclass(frozen=True, eq=False)
class Piece:
    """A system as it is between two events.

    Parameters
    ----------
    system
        Begun at time 0, whatever the time of the whole. Its parameters are those of the whole, then
        the switches, the time of the begin, and the states at the begin.
    switches
        What the switches are, from time and the parameters of the whole.
    """

    system: FirstOrderSystem
    switches: Tape


@once
def piece(system: FirstOrderSystem) -> Piece:
    """Return a system between two of its events."""
    numbers = jumping(system)
    taken = {system.time, *system.states, *system.parameters}
    names = new_names(taken, "switch_")
    switched = [next(names) for _ in numbers]
    begun = free_name([f"{system.time}_begun"], taken)
    starts = [free_name([f"{s.replace(chr(39), '_prime')}_begun"], taken) for s in system.states]
    known = (*system.parameters, *switched, begun, *starts)
    builder = Builder((system.time, *system.states, *known))
    rates = _held(builder, system, dict(zip(numbers, switched, strict=True)), begun)
    start = Builder(known)
    own = replace(
        system, parameters=known, vector_field=builder.finish(rates),
        start=start.finish([start.input(name) for name in starts]), t0=0.0, events=(),
    )  # fmt: skip
    return Piece(own, _switches(system, numbers))


def _held(
    builder: Builder, system: FirstOrderSystem, names: dict[int, str], begun: str
) -> list[Value]:
    """Return the rates with what jumps held, and time counted from the begin."""
    tape, values = system.vector_field, list[Value]()
    for number, node in enumerate(tape.nodes):
        args = [values[a] for a in node.args]
        if number in names:
            values.append(builder.input(names[number]))
        elif node.op == "input":
            value = builder.input(tape.inputs[number])
            values.append(value + builder.input(begun) if number == 0 else value)
        elif node.op == "const":
            values.append(builder.constant(node.value))
        elif node.op == "select" and node.args[0] in names and _tells(tape, node.args[0]):
            values.append(args[2] + args[0] * (args[1] - args[2]))
        else:
            values.append(builder.apply(node.op, *args))
    return [values[o] for o in tape.outputs]


def _tells(tape: Tape, number: int) -> bool:
    """Tell whether a node is a condition, 1 or 0."""
    node = tape.nodes[number]
    if node.op == "const":
        return node.value in (0.0, 1.0)
    parts = {"select": node.args[1:], "min": node.args, "max": node.args, "mul": node.args}
    return node.op in {"lt", "le", "eq"} or (
        node.op in parts and all(_tells(tape, a) for a in parts[node.op])
    )


def _switches(system: FirstOrderSystem, numbers: Sequence[int]) -> Tape:
    """Return the values of nodes that time and parameters decide."""
    builder = Builder((system.time, *system.parameters))
    at = {system.time: builder.inputs[0]} | dict.fromkeys(system.states, builder.constant(0.0))
    at |= dict(zip(system.parameters, builder.inputs[1:], strict=True))
    tape = replace(system.vector_field, outputs=tuple(numbers))
    return builder.finish(builder.inline(tape, [at[n] for n in tape.inputs]))


def with_derivatives(tape: Tape, system: FirstOrderSystem, by: Sequence[str]) -> Tape:
    """Return the states of a piece followed by their derivatives by some parameters.

    Parameters
    ----------
    tape
        The closed form of a piece, from its time and parameters.
    system
        The whole.
    by
        Parameters of the whole.

    Returns
    -------
    tape
        Its inputs are those of the given one, then the derivatives at the begin of the piece: of
        all states by the first parameter, then by the next.
    """
    n = system.n_states
    taken = new_names({*tape.inputs}, "sensitivity_")
    extra = [[next(taken) for _ in range(n)] for _ in by]
    builder = Builder((*tape.inputs, *(name for row in extra for name in row)))
    seeds: dict[int, Partials] = {
        tape.inputs.index(p): {j: builder.constant(1.0)} for j, p in enumerate(by)
    }
    for i in range(n):
        begun = len(tape.inputs) - n + i
        seeds[begun] = {j: builder.input(row[i]) for j, row in enumerate(extra)}
    own = builder.inputs[: len(tape.inputs)]
    values, partials = accumulate(builder, tape, own, seeds)
    return builder.finish([*values, *(p.get(j, 0.0) for j in range(len(by)) for p in partials)])
