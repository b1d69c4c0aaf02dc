"""What the rates divide by that states move: where it passes zero they may have a pole.

A step that ends beyond tells nothing of it. Left alone are divisors whose sign is known to stay;
those that the numerator vanishes with, as in ``sin(x)/x``; and poles so weak that solutions go
through, as ``1/sqrt(abs(x))``. The latter two are told by trial, as jumps are from bends in
`kinks`: a divisor is brought to zero at random points, and what it divides is watched beside them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from ..once import once
from ..system import FirstOrderSystem
from ..tape import Builder, Node, Tape, Value
from ..tape.differentiate import derivative
from .kept_signs import Signs, on_the_way
from .narrow import can_be_followed, clocks, reached
from .ranges import ANY, Range, keeps_sign, ranges

MOST = 32  # divisors that are watched: each is looked at in every step
_DIVIDING = frozenset({"div", "pow", "tan"})
_SHARE = "share of it"  # no model can call a parameter so


class Divisor(NamedTuple):
    """What may pass zero, and what it makes infinite there.

    Parameters
    ----------
    root
        (time, states, parameters) to what passes zero.
    shares
        (time, states, parameters) to the parts of rates that it divides.
    rates
        Whose rates these are, by position.
    sure
        Whether it makes some of them infinite wherever it is zero; elsewhere it may go with its
        numerator, as at 0 in ``x/sin(x)``.
    """

    root: Tape
    shares: Tape
    rates: tuple[int, ...]
    sure: bool


class _Place(NamedTuple):
    """A value on the tape of the rates that may pass zero."""

    number: int
    wave: str = ""  # of it, that passes zero in its place


def divides(system: FirstOrderSystem) -> bool:
    """Tell whether the rates divide by something that states move and whose sign may change."""
    return bool(_places(system))


@lru_cache(maxsize=256)
def divisors(system: FirstOrderSystem, signs: Signs) -> tuple[Divisor, ...]:
    """Return the divisors whose zeros may be poles, for numbers of these signs."""
    places = _places(system)
    if not places:
        return ()
    tape, given = system.vector_field, on_the_way(system, signs)
    known = ranges(tape, given)
    found: list[Divisor] = []
    for place, quotients in places.items():
        if (place.wave or not keeps_sign(known[place.number])) and len(found) < MOST:
            divisor = _divisor(system, place, quotients, given)
            found += [divisor] if divisor else []
    return tuple(found)


@once
def _places(system: FirstOrderSystem) -> Mapping[_Place, tuple[int, ...]]:
    """Return what may pass zero, with the quotients that it makes infinite."""
    tape, n = system.vector_field, system.n_states
    if _DIVIDING.isdisjoint(tape.operations):
        return {}
    running = {0, *(1 + i for i in clocks(system))}
    timed, moved = reached(tape, running), reached(tape, set(range(1, 1 + n)) - running)
    found: defaultdict[_Place, list[int]] = defaultdict(list)
    for number, node in enumerate(tape.nodes):
        for place, even in _zeros(tape, node):
            # Where time alone is divided by, `poles` looks between the ends of steps as well.
            if moved[place.number] or (timed[place.number] and even):
                found[place].append(number)
    known = ranges(tape, [ANY] * len(tape.inputs)) if found else {}
    return {
        place: tuple(dict.fromkeys(numbers)) for place, numbers in found.items()
        if (place.wave or not keeps_sign(known[place.number]))
        and can_be_followed(tape, place.number)
    }  # fmt: skip


def _zeros(tape: Tape, node: Node) -> Iterator[tuple[_Place, bool]]:
    """Yield what makes an operation infinite where it is zero, and whether on both sides alike."""
    if node.op == "tan":
        yield _Place(node.args[0], "cos"), False
    if node.op == "div":
        yield from _factors(tape, node.args[1])
    if node.op == "pow":
        power = tape.nodes[node.args[1]]
        if power.op != "const" or power.value < 0:
            even = power.op != "const" or power.value % 2 == 0
            yield from _factors(tape, node.args[0], even)


def _factors(tape: Tape, number: int, even: bool = False) -> Iterator[tuple[_Place, bool]]:
    """Yield what a value is zero with, factor by factor."""
    op, args, _ = tape.nodes[number]
    if op == "mul":
        for a in dict.fromkeys(args):
            yield from _factors(tape, a, even or args[0] == args[1])
    elif op in ("neg", "sqrt") or (op == "div"):
        yield from _factors(tape, args[0], even)
    elif op == "abs":
        yield from _factors(tape, args[0], even=True)
    elif op == "pow" and tape.nodes[args[1]].op == "const" and tape.nodes[args[1]].value > 0:
        yield from _factors(tape, args[0], even or tape.nodes[args[1]].value % 2 == 0)
    elif op == "tan":
        yield _Place(args[0], "sin"), even
    elif op not in ("const", "exp", "cosh"):
        yield _Place(number), even


def _divisor(
    system: FirstOrderSystem, place: _Place, quotients: Sequence[int], given: Sequence[Range]
) -> Divisor | None:
    """Return a divisor, or None where its zeros are no poles."""
    from .vanishing import Ways, ways  # not loaded where no sign may change

    field = system.vector_field
    root = _root(field, place)
    has_it = reached(field, set(quotients))
    reach = [i for i, output in enumerate(field.outputs) if has_it[output]]
    shares = _shares(*_cut(field, reach, quotients))
    kept = [k for k, output in enumerate(shares.outputs) if shares.nodes[output].op != "const"]
    rates, shares = tuple(reach[k] for k in kept), shares.select(kept)
    if not rates:
        return None
    used = root.used()
    own = [i for i, name in enumerate(system.states) if name in used]
    found = ways(root, _cut(field, own, ())[0], own, shares, given)
    if found is Ways.THROUGH:
        return None
    return Divisor(root, shares, rates, sure=found is Ways.NONE)


def _root(field: Tape, place: _Place) -> Tape:
    builder = Builder(field.inputs)
    (value,) = builder.inline(replace(field, outputs=(place.number,)), builder.inputs)
    return builder.finish([value.apply(place.wave) if place.wave else value])


def _cut(field: Tape, rates: Sequence[int], places: Sequence[int]) -> tuple[Tape, set[int]]:
    """Return the tape of some rates, nothing else on it, and where some of its nodes are by now."""
    n, outputs = len(field.inputs), [field.outputs[i] for i in rates]
    needed, waiting = set(range(n)), list(outputs)
    while waiting:
        number = waiting.pop()
        if number not in needed:
            needed.add(number)
            waiting += field.nodes[number].args
    order = sorted(needed)
    at = {number: place for place, number in enumerate(order)}
    nodes = (field.nodes[number] for number in order)
    moved = tuple(Node(op, tuple(at[a] for a in args), value) for op, args, value in nodes)
    return Tape(field.inputs, moved, tuple(at[o] for o in outputs)), {
        at[x] for x in places if x in at
    }


def _shares(field: Tape, quotients: set[int]) -> Tape:
    """Return by how much each rate grows with some quotients, all in proportion."""
    builder = Builder((*field.inputs, _SHARE))

    def scaled(number: int, node: Node, args: Sequence[Value]) -> Value | None:
        whole = builder.apply(node.op, *args)
        return whole * builder.input(_SHARE) if number in quotients else None

    slopes = derivative(builder.finish(builder.replay(field, builder.inputs, scaled)), _SHARE)
    builder = Builder(field.inputs)
    return builder.finish(builder.inline(slopes, [*builder.inputs, 1.0]))
