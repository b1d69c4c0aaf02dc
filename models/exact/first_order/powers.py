"""Bernoulli's and Riccati's equations with constant coefficients, safe in floating point.

In both, time may run by a clock of its own, T(t): dy/dt = g(t)*(…) with T the integral of g.
"""

from __future__ import annotations

from typing import NamedTuple

from ...tape import Value
from ...tape.composed.confluent import growth, relative_growth

_NEAR = 1e-3  # where a quotient is taken from its series
LEAST = 1e-305
_FARTHEST = 300.0  # logarithm of a power up to which it is a double, with room for factors
_QUARTER = 2.0**-14  # squares of angles below which sines are
HALF_TURN = 3.141592653589793


def bernoulli_safe(
    y0: Value, a: Value, b: Value, m: Value, c: Value, d: Value, *rest: Value
) -> tuple[Value, Value]:
    """Return y = (u - c)/d, u by Bernoulli's equation from c + d*y0, and a condition for it.

    The rest is the clock; before it, if m is 1, comes the growth a + b*u at the start.
    """
    *begun, clock = rest
    u0 = c + d * y0
    u, condition = _logistic(u0, a, b, *rest) if begun else _bernoulli(u0, a, b, m, clock)
    return (u - c) / d, condition


def _logistic(y0: Value, a: Value, b: Value, begun: Value, clock: Value) -> tuple[Value, Value]:
    """Return the solution of dy/dT = a*y + b*y^2, y(0) = y0, and a condition for it.

    The growth a + b*y0 at the start, known by itself, keeps the digits of what is used up: as a
    sum it would lose those of a small remainder.
    """
    z = a * clock
    falls, damped = z > 0.0, -abs(z)
    left, share = damped.apply("exp").apply("max", LEAST), clock * relative_growth(damped)
    below = left - share * falls.apply("select", b * y0, begun)
    return falls.apply("select", y0, y0 * left) / below, below > 0.0


def _bernoulli(y0: Value, a: Value, b: Value, m: Value, clock: Value) -> tuple[Value, Value]:
    """Return the solution of dy/dT = a*y + b*y^(m + 1), y(0) = y0, and a condition for it.

    With z = m*a*T the power y^-m is y0^-m*(exp(-z) - m*b*T*y0^m*(1 - exp(-z))/z). Taking exp(-z)
    out where it is large keeps everything finite; the root is a logarithm over m, which has a
    limit where m is 0. Where y0^m is no double, the larger of both terms is taken out by its
    logarithm.
    """
    z = m * a * clock
    falls = z > 0.0
    damped = -abs(z)
    share = relative_growth(damped)
    rising = falls.apply("select", 0.0, a * clock)
    size = m * (abs(y0) > 0.0).apply("select", abs(y0), 1.0).apply("log")
    far = abs(size) > _FARTHEST
    gain = b * clock * y0 ** far.apply("select", 0.0, m) * share
    near = falls & (y0 > 0.0) & (abs(size) < 0.5)
    close = (a + b + b * near.apply("select", size, 0.0).apply("expm1")) * clock * share
    raised = near.apply("select", close, gain + falls.apply("select", a * clock * share, 0.0))
    left = falls.apply("select", damped.apply("exp"), 1.0) - m * gain
    # Where the start is at rest in zero, all that is left of the power may vanish in doubles.
    root = raised * relative_logarithm(-m * raised, left.apply("max", LEAST))
    first = falls.apply("select", damped, 0.0)
    largest = first.apply("max", size)
    power = y0.apply("sign") ** m * (size - largest).apply("exp")
    gained = m * b * clock * share * power
    rest = (first - largest).apply("exp") - gained
    whole = largest + rest.apply("max", LEAST).apply("log")
    begun = gained.apply("eq", 0.0)  # as at the start, where no double may be left of the rest
    beyond = -begun.apply("select", first, whole) / far.apply("select", m, 1.0)
    y = y0 * (rising + far.apply("select", beyond, root)).apply("exp")
    begins = (m > 0.0).apply("max", abs(y0) > 0.0)
    return y, (far.apply("select", rest, left) >= 0.0).apply("min", begins)


def relative_logarithm(x: Value, whole: Value) -> Value:
    """Return log(1 + x)/x, where 1 + x is known as `whole` when x is near -1."""
    near, deep = abs(x) < _NEAR, x < -0.5
    away = near.apply("select", 1.0, x)
    log = deep.apply("select", whole.apply("log"), deep.apply("select", 0.0, away).apply("log1p"))
    total = x.builder.constant(0.0)
    for n in range(7, 0, -1):
        total = (-1.0) ** (n + 1) / n + total * x
    return near.apply("select", total, log / away)


def riccati_safe(y0: Value, a: Value, b: Value, c: Value, *rest: Value) -> tuple[Value, Value]:
    """Return the solution of dy/dT = a*y^2 + b*y + c, y(0) = y0, and a condition for it.

    With w^2 = b^2/4 - a*c it is y0 + Q(y0)*S/(C - (a*y0 + b/2)*S), where S and C are sinh(w*T)/w
    and cosh(w*T), or sines where w^2 is negative; both are divided by C where they are near one.
    The rest is the clock; before it come Q(y0) and w^2, if they are known by themselves: as sums
    they would lose the digits of a start next to rest and of rates that are next to equal.
    """
    *known, clock = rest
    rate, square = known or ((a * y0 + b) * y0 + c, b * b / 4 - a * c)
    moved = carried(a * y0 + b / 2, a * rate, square, clock)
    s, below, left, w, apart = moved
    first = (square > 0.0).apply("max", abs(abs(square).apply("sqrt") * clock) < HALF_TURN)
    y = _from_either_end(
        y0, rate * s / below, _rest(a, b, c, w, clock), 2.0 * w * left / below, apart
    )
    return y, (below > 0.0).apply("min", first)


class Carried(NamedTuple):
    """S and C - steep*S, both times something positive; exp(-2*w*T), w, and where it is so."""

    sine: Value
    below: Value
    left: Value
    w: Value
    apart: Value


def carried(steep: Value, excess: Value, square: Value, clock: Value) -> Carried:
    """Return what a quadratic rate makes of its start: S and C - steep*S, as `riccati_safe` says.

    Parameters
    ----------
    steep
        Half the slope of the rate at the start.
    excess
        Its square less w^2.
    square
        w^2.
    clock
        T.
    """
    turn = abs(square).apply("sqrt") * clock
    z = square * clock * clock
    grows, near = square > 0.0, abs(z) < _QUARTER
    away = near.apply("select", 1.0, turn)
    sine = near.apply("select", _series(z, (6, 20, 42, 72)), away.apply("sin") / away)
    hyperbolic = _series(z, (6, 20, 42, 72)) / _series(z, (2, 12, 30, 56))
    cosine = near.apply("select", _series(z, (2, 12, 30, 56)), turn.apply("cos"))
    s = clock * (grows & near).apply("select", hyperbolic, sine)
    below = (grows & near).apply("select", 1.0, cosine) - steep * s
    apart = grows & (1.0 - near)
    w = apart.apply("select", abs(square).apply("max", LEAST).apply("sqrt"), 1.0)
    far, below_far, left = _far(steep, excess, w, clock)
    return Carried(
        apart.apply("select", far, s), apart.apply("select", below_far, below), left, w, apart
    )


def _far(steep: Value, excess: Value, w: Value, clock: Value) -> tuple[Value, Value, Value]:
    """Return S and C - steep*S, both times 2*w*exp(-w*T), and exp(-2*w*T), where that is not one.

    Where it starts next to the state of rest that it leaves, w - steep is next to nothing; it is
    known from the excess steep^2 - w^2.
    """
    side = (clock < 0.0).apply("select", -1.0, 1.0)
    upward = side * steep
    damped = -2.0 * w * abs(clock)
    left, lost = damped.apply("exp"), -growth(damped)
    whole = w + abs(steep)
    leaving = -excess / whole + whole * left
    leaves = (upward > 0.0) & (left < 0.5)
    return side * lost, leaves.apply("select", leaving, w * (1.0 + left) - upward * lost), left


def _rest(a: Value, b: Value, c: Value, w: Value, clock: Value) -> Value:
    """Return the state of rest that is approached, where a*y + b/2 is -w; far off if a is 0."""
    side = (clock < 0.0).apply("select", -1.0, 1.0)
    damping = side * b / 2
    whole = side * (w + abs(damping))
    line = a.apply("eq", 0.0).apply("select", LEAST, a)
    return (damping < 0.0).apply("select", c / whole, -whole / line)


def _from_either_end(y0: Value, gained: Value, rest: Value, left: Value, apart: Value) -> Value:
    """Return the state from where it starts or from where it goes, as it keeps more digits."""
    still = (y0 - rest) * left
    nearer = apart & (abs(rest) + abs(still) < abs(y0) + abs(gained))
    return nearer.apply("select", rest + still, y0 + gained)


def _series(z: Value, divisors: tuple[int, ...]) -> Value:
    """Return 1 + z/d1*(1 + z/d2*(1 + …)), the series of a sine or a cosine."""
    total = z.builder.constant(1.0)
    for d in reversed(divisors):
        total = 1.0 + z / d * total
    return total
