"""The slope of a function between two places, without the cancellation of its difference.

(F(x) - F(y))/(x - y) is found operation by operation, as a derivative is (Krawczyk and Neumaier
1985, SIAM Journal on Numerical Analysis 22, 604-616, doi:10.1137/0722037): what is divided by
cancels from each rule, so that the places may be next to each other, or one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from math import factorial
from typing import NamedTuple

from ..program import Builder, Tape, Value
from .confluent import relative_growth
from .series import choose, kept, polynomial

_NEAR = 0.5  # below which series are summed
_TERMS, _LONG = 12, 28
_HIGHEST = 12  # whole power that is taken apart


class _Between(NamedTuple):
    """What is known of a value: at both places, and its slope; None where it is the same."""

    x: Value
    y: Value
    slope: Value | None

    @property
    def change(self) -> Value:
        """The slope, zero where there is none."""
        return self.x.builder.constant(0.0) if self.slope is None else self.slope


def has_slope(tape: Tape, name: str) -> bool:
    """Tell whether every operation on an input has a rule."""
    moving: list[bool] = []
    for node, known in zip(tape.nodes, _names(tape), strict=True):
        moves = known == name or any(moving[a] for a in node.args)
        moving.append(moves)
        if not moves or node.op in ("input", *_ARITHMETIC, *_RULES):
            continue
        if node.op != "pow" or moving[node.args[1]]:
            return False
    return True


def slope(
    builder: Builder, tape: Tape, known: Mapping[str, Value], name: str, x: Value, y: Value
) -> Value:
    """Return the slope of a function of one output between two places.

    Parameters
    ----------
    builder
        Where it is written.
    tape
        The function; every operation on the input has a rule.
    known
        All inputs but one.
    name
        That one.
    x, y
        The places.
    """
    found: list[_Between] = []
    for node, given in zip(tape.nodes, _names(tape), strict=True):
        args = [found[a] for a in node.args]
        if given == name:
            found.append(_Between(x, y, builder.constant(1.0)))
        elif node.op == "input":
            found.append(_Between(known[given], known[given], None))
        elif node.op == "const":
            number = builder.constant(node.value)
            found.append(_Between(number, number, None))
        else:
            found.append(_applied(node.op, args, x - y))
    return found[tape.outputs[0]].change


def _names(tape: Tape) -> list[str]:
    own = len(tape.inputs)
    return [*tape.inputs, *[""] * (len(tape.nodes) - own)]


def _applied(op: str, args: list[_Between], span: Value) -> _Between:
    values = [a.x.builder.apply(op, *ends) for a in args[:1] for ends in _ends(args)]
    if all(a.slope is None for a in args):
        return _Between(values[0], values[0], None)
    if op in _ARITHMETIC:
        return _Between(values[0], values[1], _ARITHMETIC[op](*args))
    rule = _power(args[0], args[1].x, span) if op == "pow" else _RULES[op](args[0], span)
    return _Between(values[0], values[1], rule * args[0].change)


def _ends(args: list[_Between]) -> tuple[list[Value], list[Value]]:
    return [a.x for a in args], [a.y for a in args]


def _product(a: _Between, b: _Between) -> Value:
    return a.change * b.x + a.y * b.change


def _quotient(a: _Between, b: _Between) -> Value:
    return (a.change - a.y / b.y * b.change) / b.x


def _opposite(a: _Between) -> Value:
    return -a.change


def _sum(a: _Between, b: _Between) -> Value:
    return a.change + b.change


def _difference(a: _Between, b: _Between) -> Value:
    return a.change - b.change


_ARITHMETIC: Mapping[str, Callable[..., Value]] = {
    "neg": _opposite,
    "add": _sum,
    "sub": _difference,
    "mul": _product,
    "div": _quotient,
}


def _power(base: _Between, exponent: Value, span: Value) -> Value:
    """Return the slope of a power by its base."""
    number = exponent.constant
    if number is not None and number.is_integer() and 0 < abs(number) <= _HIGHEST:
        n = int(abs(number))
        terms = [base.x ** float(k) * base.y ** float(n - 1 - k) for k in range(n)]
        whole = reduce(lambda a, b: a + b, terms)
        return whole if number > 0 else -whole / (base.x ** float(n) * base.y ** float(n))
    ratio = base.change * span / base.y
    log = _relative_log(ratio)
    return base.y ** (exponent - 1.0) * exponent * log * relative_growth(exponent * ratio * log)


def _relative_log(z: Value) -> Value:
    """Return log(1 + z)/z."""
    near = abs(z) < _NEAR
    quotient = z / (2.0 + z)  # log(1 + z) is twice the inverse hyperbolic tangent of this
    square = kept(quotient, near, 0.0) ** 2.0
    series = 2.0 * polynomial(square, [1.0 / (2 * k + 1) for k in range(_TERMS)]) / (2.0 + z)
    away = kept(z, ~near, 1.0)
    return choose(near, series, away.apply("log1p") / away)


def _relative_sine(z: Value, sign: float = -1.0) -> Value:
    """Return sin(z)/z, or sinh(z)/z."""
    near = abs(z) < _NEAR
    terms = [sign**k / factorial(2 * k + 1) for k in range(_TERMS)]
    away = kept(z, ~near, 1.0)
    wave = away.apply("sin" if sign < 0 else "sinh")
    return choose(near, polynomial(kept(z, near, 0.0) ** 2.0, terms), wave / away)


def _of_angle(u: _Between, span: Value) -> Value:
    """Return the slope of the inverse tangent, by its addition theorem on one side."""
    step, below = u.change * span, 1.0 + u.x * u.y
    near = (below > 0.0) & (abs(step) < _NEAR * below)
    below = kept(below, near, 1.0)
    z = kept(step, near, 0.0) / below
    series = polynomial(z * z, [(-1.0) ** k / (2 * k + 1) for k in range(_LONG)]) / below
    away = (u.x.apply("atan") - u.y.apply("atan")) / kept(step, ~near, 1.0)
    return choose(near, series, away)


def _middle(u: _Between) -> Value:
    return (u.x + u.y) / 2.0


def _half(u: _Between, span: Value) -> Value:
    return u.change * span / 2.0


_RULES: Mapping[str, Callable[[_Between, Value], Value]] = {
    "abs": lambda u, span: (u.x + u.y) / (abs(u.x) + abs(u.y)),
    "sqrt": lambda u, span: 1.0 / (u.x.apply("sqrt") + u.y.apply("sqrt")),
    "exp": lambda u, span: u.y.apply("exp") * relative_growth(u.change * span),
    "log": lambda u, span: _relative_log(u.change * span / u.y) / u.y,
    "atan": _of_angle,
    "sin": lambda u, span: _middle(u).apply("cos") * _relative_sine(_half(u, span)),
    "cos": lambda u, span: -_middle(u).apply("sin") * _relative_sine(_half(u, span)),
    "tan": lambda u, span: _relative_sine(u.change * span) / (u.x.apply("cos") * u.y.apply("cos")),
    "sinh": lambda u, span: _middle(u).apply("cosh") * _relative_sine(_half(u, span), 1.0),
    "cosh": lambda u, span: _middle(u).apply("sinh") * _relative_sine(_half(u, span), 1.0),
    "tanh": lambda u, span: (
        _relative_sine(u.change * span, 1.0) / (u.x.apply("cosh") * u.y.apply("cosh"))
    ),
}
