"""A system whatever its names and the order of its equations: one digest for all ways to write it.

States and parameters are told apart by what is done with them, in rounds of refinement as for the
isomorphism of graphs; those that look alike keep the order in which they are written, so that a
system may have two digests, and never two systems one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from ..once import once
from ..system import FirstOrderSystem, SystemEvent
from ..tape import Tape
from ..tape.operations import COMMUTATIVE

_ROUNDS = 3  # of refinement; what is alike after them is seldom told apart by more
_PLUS, _MINUS = b"+", b"-"
Mark = bytes


@dataclass(frozen=True, eq=False)
class Canonical:
    """A system's digest, and the order of its names that belongs to it.

    Parameters
    ----------
    digest
        In hexadecimal.
    states, parameters
        Names in an order that what they are called has no part in.
    """

    digest: str
    states: tuple[str, ...]
    parameters: tuple[str, ...]


@once
def canonical(system: FirstOrderSystem) -> Canonical:
    """Return a system without its names and its order."""
    marks = {system.time: b"time"}
    marks |= dict.fromkeys(system.states, b"state") | dict.fromkeys(system.parameters, b"parameter")
    for _ in range(_ROUNDS):
        marks = _refined(system, marks)
    states = sorted(system.states, key=marks.__getitem__)
    parameters = sorted(system.parameters, key=marks.__getitem__)
    whole = {n: str(i).encode() for i, n in enumerate((system.time, *states, *parameters))}
    order = [system.states.index(s) for s in states]
    told = [f"{len(states)} {len(parameters)} {system.t0!r}".encode()]
    told += [whole[name] for name in parameters if name in system.positive]
    for tape in (system.vector_field, system.start):
        found = _outputs(tape, whole)
        told += [found[i] for i in order]
    told += [_of_event(event, whole, order) for event in system.events]
    return Canonical(_digest(*told).hex(), tuple(states), tuple(parameters))


def _of_event(event: SystemEvent, marks: dict[str, Mark], order: Sequence[int]) -> Mark:
    """Return the mark of an event, its label aside."""
    parts: list[Mark] = [str(event.stops).encode()]
    for tape in (event.trigger, event.occasion):
        parts.append(b"none" if tape is None else _digest(*_outputs(tape, marks)))
    if event.reset is not None:
        after = _outputs(event.reset, marks)
        parts += [after[i] for i in order]
    return _digest(*parts)


def _outputs(tape: Tape, marks: dict[str, Mark]) -> list[Mark]:
    found = _marks(tape, marks)
    return [found[o] for o in tape.outputs]


def _marks(tape: Tape, marks: dict[str, Mark]) -> list[Mark]:
    """Return a mark for every node that tells what it computes, by the marks of the inputs.

    Signs are carried in front, so that -b*u + a*v has the mark of a*v - b*u.
    """
    found: list[Mark] = []
    for number, node in enumerate(tape.nodes):
        if node.op == "input":
            name = tape.inputs[number]
            found.append(_PLUS + marks.get(name, name.encode()))
        elif node.op == "const":
            sign = _MINUS if node.value < 0 else _PLUS
            found.append(sign + repr(abs(node.value)).encode())
        else:
            found.append(_operation(node.op, [found[a] for a in node.args]))
    return found


def _operation(op: str, args: list[Mark]) -> Mark:
    match op:
        case "neg":
            return _opposite(args[0])
        case "sub":
            return _operation("add", [args[0], _opposite(args[1])])
        case "mul" | "div":
            sign = _PLUS if args[0][:1] == args[1][:1] else _MINUS
            sizes = [arg[1:] for arg in args]
            return sign + _digest(op.encode(), *(sorted(sizes) if op == "mul" else sizes))
        case "add":
            args = sorted(args, key=lambda arg: (arg[1:], arg))
            sign = args[0][:1]
            same = args if sign == _PLUS else [_opposite(arg) for arg in args]
            return sign + _digest(b"add", *same)
        case _:
            ordered = sorted(args) if _commutes(op) else args
            return _PLUS + _digest(op.encode(), *ordered)


def _opposite(mark: Mark) -> Mark:
    return (_PLUS if mark[:1] == _MINUS else _MINUS) + mark[1:]


def _refined(system: FirstOrderSystem, marks: dict[str, Mark]) -> dict[str, Mark]:
    """Return a mark for each name that tells what its rate is and where it is used."""
    told: dict[str, list[Mark]] = {name: [] for name in marks}
    for what, tape in ((b"rate", system.vector_field), (b"start", system.start)):
        below = _marks(tape, marks)
        for state, output in zip(system.states, tape.outputs, strict=True):
            told[state].append(_digest(what, below[output]))
        ends = [_digest(what, marks[s]) for s in system.states]
        for name, contexts in _uses(tape, below, ends).items():
            told[name] += contexts
    return {name: _digest(mark, *sorted(told[name])) for name, mark in marks.items()}


def _uses(tape: Tape, below: Sequence[Mark], ends: Sequence[Mark]) -> dict[str, list[Mark]]:
    """Return for each input one mark for every place in which it stands."""
    contexts: list[list[Mark]] = [[] for _ in tape.nodes]
    for output, end in zip(tape.outputs, ends, strict=True):
        contexts[output].append(end)
    for number in range(len(tape.nodes) - 1, len(tape.inputs) - 1, -1):
        node = tape.nodes[number]
        if node.op == "neg":
            contexts[node.args[0]] += contexts[number]
        elif node.args and contexts[number]:
            op = "add" if node.op == "sub" else node.op
            context = _digest(op.encode(), below[number][1:], *sorted(contexts[number]))
            for place, argument in enumerate(node.args):
                at = b"" if _commutes(op) else str(place).encode()
                contexts[argument].append(_digest(context, at))
    return dict(zip(tape.inputs, contexts, strict=False))


def _commutes(op: str) -> bool:
    return op in COMMUTATIVE


def _digest(*parts: Mark) -> Mark:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(len(part).to_bytes(4, "little"))
        digest.update(part)
    return digest.digest()
