"""Bounds of a tape's outputs where its inputs are known to lie between bounds, as operations.

Interval arithmetic (Moore, Kearfott and Cloud 2009, *Introduction to Interval Analysis*,
doi:10.1137/1.9780898717716), without outward rounding: bounds hold but for the last digits. They
are no narrower than what a value takes, and may be wider where an input occurs several times.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from .operations import OPERATIONS
from .program import Builder, Tape
from .value import Recorder, Value

Bounds = tuple[Value, Value]  # lower and upper, one value where they are the same

_RISING = frozenset("sign floor exp expm1 atan sinh tanh".split())
_ROOTS = frozenset({"sqrt", "log"})  # which rise from zero on
_LARGEST_POWER = 64.0  # even and odd are told apart up to here


def bounded(tape: Tape) -> bool:
    """Tell whether bounds of all its operations are known: it has no special functions."""
    return all(n.op in OPERATIONS for n in tape.nodes if n.op not in ("input", "const"))


def bounds(builder: Builder, tape: Tape, given: Sequence[Bounds]) -> list[Bounds]:
    """Return bounds of the outputs, recorded on a builder, from those of the inputs.

    Parameters
    ----------
    builder
        Where they are recorded.
    tape
        Whose outputs.
    given
        For each input its bounds, twice the same value where it is known exactly.
    """
    found: list[Bounds] = []
    for number, node in enumerate(tape.nodes):
        if node.op == "input":
            found.append(given[number])
        elif node.op == "const":
            constant = builder.constant(node.value)
            found.append((constant, constant))
        else:
            found.append(_of_node(builder, node.op, [found[a] for a in node.args]))
    return [found[output] for output in tape.outputs]


def _exact(x: Bounds) -> bool:
    return x[0].number == x[1].number


def _of_node(builder: Recorder, op: str, args: Sequence[Bounds]) -> Bounds:
    """Return the bounds of one operation."""
    if all(map(_exact, args)):
        value = builder.apply(op, *(low for low, _ in args))
        return value, value
    if op in _RISING:
        low, high = (x.apply(op) for x in args[0])
        return low, high
    if op in _ROOTS:
        low, high = (x.apply("max", 0.0).apply(op) for x in args[0])
        return low, high
    if op in _RULES:
        return _RULES[op](*args)
    return builder.constant(-math.inf), builder.constant(math.inf)


def _negative(x: Bounds) -> Bounds:
    return -x[1], -x[0]


def _first(x: Bounds, _: Bounds) -> Bounds:
    return x


def _sum(x: Bounds, y: Bounds) -> Bounds:
    return x[0] + y[0], x[1] + y[1]


def _product(x: Bounds, y: Bounds) -> Bounds:
    if x[0].number == y[0].number and x[1].number == y[1].number:
        low, high = _size(x)
        return low * low, high * high
    if _exact(y):
        x, y = y, x
    ends = [a * b for a in (x[:1] if _exact(x) else x) for b in y]
    return _hull(ends)


def _hull(values: Sequence[Value]) -> Bounds:
    low = high = values[0]
    for value in values[1:]:
        low, high = low.apply("min", value), high.apply("max", value)
    return low, high


def _quotient(x: Bounds, y: Bounds) -> Bounds:
    low, high = _product(x, (1.0 / y[1], 1.0 / y[0]))
    apart = (0.0 < y[0]).apply("max", y[1] < 0.0)
    return apart.apply("select", low, -math.inf), apart.apply("select", high, math.inf)


def _size(x: Bounds) -> Bounds:
    """Return the bounds of an absolute value."""
    nearest = x[0].apply("max", -x[1]).apply("max", 0.0)
    return nearest, x[0].apply("abs").apply("max", x[1].apply("abs"))


def _power(x: Bounds, y: Bounds) -> Bounds:
    n = y[0].constant if _exact(y) else None
    if n is None or n % 1 or abs(n) > _LARGEST_POWER:
        low, high = _product(y, _of_node(x[0].builder, "log", [x]))
        return low.apply("exp"), high.apply("exp")
    if n < 0:
        one = x[0].builder.constant(1.0)
        return _quotient((one, one), _power(x, (-y[0], -y[0])))
    low, high = x if n % 2 else _size(x)
    return low**n, high**n


def _cosine(x: Bounds) -> Bounds:
    return _wave(x, "cos", 0.0)


def _sine(x: Bounds) -> Bounds:
    return _wave(x, "sin", 0.5 * math.pi)


def _wave(x: Bounds, op: str, top: float) -> Bounds:
    """Return the bounds of a sine or cosine that is largest at `top` and every turn after it."""
    low, high = _hull([end.apply(op) for end in x])
    turn = 2.0 * math.pi

    def within(place: float) -> Value:
        last = ((x[1] - place) / turn).apply("floor") * turn + place
        return x[0] <= last

    return (
        within(top - math.pi).apply("select", -1.0, low),
        within(top).apply("select", 1.0, high),
    )


def _tangent(x: Bounds) -> Bounds:
    first, last = ((end / math.pi + 0.5).apply("floor") for end in x)
    same = first.apply("eq", last)
    low, high = (end.apply("tan") for end in x)
    return same.apply("select", low, -math.inf), same.apply("select", high, math.inf)


def _hyperbolic(x: Bounds) -> Bounds:
    low, high = (end.apply("cosh") for end in _size(x))
    return low, high


def _within_one(op: str) -> Callable[[Bounds], Bounds]:
    """Return the rule of an arc function, whose argument lies between -1 and 1."""

    def rule(x: Bounds) -> Bounds:
        return _hull([end.apply("max", -1.0).apply("min", 1.0).apply(op) for end in x])

    return rule


def _log1p(x: Bounds) -> Bounds:
    low, high = (end.apply("max", -1.0).apply("log1p") for end in x)
    return low, high


def _choice(c: Bounds, yes: Bounds, no: Bounds) -> Bounds:
    low, high = _hull([yes[0], no[0]])[0], _hull([yes[1], no[1]])[1]
    if _exact(c):
        return c[0].apply("select", yes[0], no[0]), c[0].apply("select", yes[1], no[1])
    surely = (0.0 < c[0]).apply("max", c[1] < 0.0)
    possibly = 1.0 - c[0].apply("eq", 0.0).apply("min", c[1].apply("eq", 0.0))
    return (
        surely.apply("select", yes[0], possibly.apply("select", low, no[0])),
        surely.apply("select", yes[1], possibly.apply("select", high, no[1])),
    )


def _difference(x: Bounds, y: Bounds) -> Bounds:
    return _sum(x, _negative(y))


def _smaller(x: Bounds, y: Bounds) -> Bounds:
    return x[0].apply("min", y[0]), x[1].apply("min", y[1])


def _larger(x: Bounds, y: Bounds) -> Bounds:
    return x[0].apply("max", y[0]), x[1].apply("max", y[1])


def _below(x: Bounds, y: Bounds) -> Bounds:
    return x[1].apply("lt", y[0]), x[0].apply("lt", y[1])


def _at_most(x: Bounds, y: Bounds) -> Bounds:
    return x[1].apply("le", y[0]), x[0].apply("le", y[1])


def _equal(x: Bounds, y: Bounds) -> Bounds:
    meet = x[0].apply("le", y[1]).apply("min", y[0].apply("le", x[1]))
    return x[0].builder.constant(0.0), meet


_RULES: Mapping[str, Callable[..., Bounds]] = {
    "neg": _negative,
    "add": _sum,
    "sub": _difference,
    "mul": _product,
    "div": _quotient,
    "pow": _power,
    "abs": _size,
    "log1p": _log1p,
    "sin": _sine,
    "cos": _cosine,
    "tan": _tangent,
    "asin": _within_one("asin"),
    "acos": _within_one("acos"),
    "cosh": _hyperbolic,
    "refined": _first,
    "min": _smaller,
    "max": _larger,
    "lt": _below,
    "le": _at_most,
    "eq": _equal,
    "select": _choice,
}
