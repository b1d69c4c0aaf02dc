"""Formulas whose exponentials cancel although none of them is a double: exp(-t)*Ei(t) for any t.

Every value is m*exp(e), where products add exponents and sums take out the largest; only what comes
out at the end is a double. Of Ei there is the asymptotic series far out (DLMF 6.12.1), and erfi is
Dawson's integral without its growth (DLMF 7.5.1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .composed.gauss import dawson, root_pi
from .operations import Node
from .program import Builder, Tape
from .value import Value

_FAR = 50.0  # arguments of Ei from which the series is exact to rounding
_TERMS = 26


@dataclass(frozen=True, slots=True, eq=False)
class Grown:
    """The number m*exp(e); e is None where it is zero."""

    m: Value
    e: Value | None = None

    def whole(self) -> Value:
        """Return it as one value."""
        return self.m if self.e is None else self.m * self.e.apply("exp")

    def over(self, e: Value) -> Value:
        """Return what it is over exp(e)."""
        if self.e is not None and self.e.number == e.number:
            return self.m
        return self.m * (-e if self.e is None else self.e - e).apply("exp")


def unbounded(tape: Tape) -> Tape:
    """Return a tape of the same values that overflows only where these do."""
    builder = Builder(tape.inputs)
    found: list[Grown] = []
    for number, node in enumerate(tape.nodes):
        if node.op == "input":
            found.append(Grown(builder.inputs[number]))
        elif node.op == "const":
            found.append(Grown(builder.constant(node.value)))
        else:
            found.append(_applied(builder, node, [found[a] for a in node.args]))
    return builder.finish(found[o].whole() for o in tape.outputs)


def _applied(builder: Builder, node: Node, args: Sequence[Grown]) -> Grown:
    if node.op in _GROWING and args[0].whole().constant is None:
        return _GROWING[node.op](args[0].whole())
    if node.op == "select":
        return _choice(args)
    if node.op in _RULES and any(x.e is not None for x in args):
        return _RULES[node.op](*args)
    return Grown(builder.apply(node.op, *(x.whole() for x in args)))


# ---- what grows --------------------------------------------------------------------------------


def _exponential(x: Value) -> Grown:
    return Grown(x.builder.constant(1.0), x)


def _hyperbolic(sign: float) -> Callable[[Value], Grown]:
    def of(x: Value) -> Grown:
        size = abs(x)
        return Grown(((x - size).apply("exp") + sign * (-x - size).apply("exp")) / 2.0, size)

    return of


def _imaginary_error(x: Value) -> Grown:
    return Grown(2.0 * dawson(x) / root_pi(x), x * x)


def _exponential_integral(x: Value) -> Grown:
    near = abs(x) < _FAR
    within, beyond = near.apply("select", x, 1.0), near.apply("select", _FAR, x)
    series = x.builder.constant(1.0)
    for k in range(_TERMS, 0, -1):
        series = 1.0 + k * series / beyond
    value = near.apply("select", within.apply("expi"), series / beyond)
    return Grown(value, near.apply("select", 0.0, x))


_GROWING: Mapping[str, Callable[[Value], Grown]] = {
    "exp": _exponential,
    "sinh": _hyperbolic(-1.0),
    "cosh": _hyperbolic(1.0),
    "erfi": _imaginary_error,
    "expi": _exponential_integral,
}


# ---- what becomes of it ------------------------------------------------------------------------


def _sum(x: Grown, y: Grown) -> Grown:
    exponents = [x.m.builder.value(0.0 if z.e is None else z.e) for z in (x, y)]
    same = exponents[0].number == exponents[1].number
    e = exponents[0] if same else exponents[0].apply("max", exponents[1])
    return Grown(x.over(e) + y.over(e), e)


def _difference(x: Grown, y: Grown) -> Grown:
    return _sum(x, _opposite(y))


def _opposite(x: Grown) -> Grown:
    return Grown(-x.m, x.e)


def _product(x: Grown, y: Grown) -> Grown:
    return Grown(x.m * y.m, _added(x.e, y.e))


def _quotient(x: Grown, y: Grown) -> Grown:
    return Grown(x.m / y.m, _added(x.e, None if y.e is None else -y.e))


def _power(x: Grown, y: Grown) -> Grown:
    times = y.m.constant if y.e is None else None
    if times is None or x.e is None:
        return Grown(x.whole() ** y.whole())
    return Grown(x.m**times, times * x.e)


def _root(x: Grown) -> Grown:
    return _power(Grown(x.m, x.e), Grown(x.m.builder.constant(0.5)))


def _size(x: Grown) -> Grown:
    return Grown(abs(x.m), x.e)


def _logarithm(x: Grown) -> Grown:
    log = x.m.apply("log")
    return Grown(log if x.e is None else log + x.e)


def _added(x: Value | None, y: Value | None) -> Value | None:
    return y if x is None else x if y is None else x + y


def _choice(args: Sequence[Grown]) -> Grown:
    condition, yes, no = args
    held = condition.whole()
    m = held.apply("select", yes.m, no.m)
    if yes.e is None and no.e is None:
        return Grown(m)
    exponents = [m.builder.value(0.0 if z.e is None else z.e) for z in (yes, no)]
    return Grown(m, held.apply("select", *exponents))


_RULES: Mapping[str, Callable[..., Grown]] = {
    "add": _sum,
    "sub": _difference,
    "neg": _opposite,
    "mul": _product,
    "div": _quotient,
    "pow": _power,
    "sqrt": _root,
    "abs": _size,
    "log": _logarithm,
}
