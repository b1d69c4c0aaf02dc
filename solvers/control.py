"""Step size control on the tape: the error norm, the accept-and-next-step rule, the first step."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from ..models.tape import Builder, Value

# What one step may use of the tolerance: the errors of many steps add up. More by methods for stiff
# models, whose errors mostly decay again; less by series, whose estimate is close, and whose steps
# are hardly shorter for it. Measured by benchmarks/tolerance.py.
MARGIN, MARGIN_STIFF, MARGIN_SERIES = 0.04, 0.5, 0.005
MARGIN_STIFF_LOW = 0.005  # of order 2, which takes ever so many steps, each with its error
# The estimate of a series changes by a large factor from step to step: shorter ones that are all
# accepted deliver the same error in less work than longer ones of which a tenth is not.
SAFETY, SAFETY_SERIES = 0.9, 0.8
SHRINK, GROW = 0.2, 5.0  # limits of one change of step
GROW_SERIES = 10.0  # of a step by a series, which tells more about how much longer it may be
PROPORTIONAL, INTEGRAL = 0.4, 0.3  # parts of the PI controller, divided by the order
REACH = 2.0  # of a series, in units of the time in which the slope changes by itself
SMALLEST_NORM = 1e-10
SMALLEST_OF_SERIES = 1e-40
FIRST_NORM = 1e-4  # the norm that the controller takes for the one before the first, and no less
# The logarithm of one over the step that would have fitted before the first: there was none.
NO_STEP = 1e4
FORESEEN = log(0.5)  # how much shorter a step may be made by what is foreseen, as a logarithm
CLOSE = 1 - 1e-9  # a step that leaves less than this of itself to the end is made to reach it


def error_norm(
    errors: Sequence[Value],
    sizes: Sequence[tuple[Value, Value]],
    atol: Sequence[Value],
    rtol: Value,
    margin: float,
) -> Value:
    """Return the largest error over states, in units of what a step may use of its tolerance.

    The largest and not the mean: a state that misses its tolerance is not excused by others that
    are easy. `sizes` are the values before and after the step, `margin` is
    the part of the tolerance.
    """
    ratios = [
        abs(e / (a + rtol * abs(before).apply("max", abs(after))))
        for e, (before, after), a in zip(errors, sizes, atol, strict=True)
    ]
    return largest(ratios) * (1.0 / margin)


def largest(values: Sequence[Value]) -> Value:
    """Return the largest of several values."""
    left = list(values)
    while len(left) > 1:  # in pairs, so that few wait for one another
        pairs = zip(left[::2], left[1::2], strict=False)
        left = [a.apply("max", b) for a, b in pairs] + left[len(left) & ~1 :]
    return left[0]


def next_step(
    builder: Builder, norm: Value, previous: Value, order: int
) -> tuple[Value, Value, Value]:
    """Return whether a step is accepted, the factor to the next one, and what to remember of it.

    A PI controller (Gustafsson 1991, ACM Trans. Math. Softw. 17:533-554,
    doi:10.1145/210232.210242; Hairer and Wanner 1996, section IV.2): after an accepted step
    h_next/h = safety * norm^-(kI+kP)/q * previous^kP/q, after a rejected one safety * norm^-1/q.
    A norm that is not finite is a rejection with the strongest shrinking.
    """
    q, safety, proportional, integral = float(order), log(SAFETY), PROPORTIONAL, INTEGRAL
    accept = norm <= 1.0
    now = norm.apply("max", SMALLEST_NORM).apply("log")
    before = previous.apply("log")
    # Powers as one exponential: logarithms of what is known cost less than a power each.
    grown = (proportional / q) * before - ((integral + proportional) / q) * now + safety
    shrunk = (safety - now / q).apply("min", 0.0)
    factor = _factor(builder, norm, accept.apply("select", grown, shrunk))
    return accept, factor, norm.apply("max", FIRST_NORM)


def next_step_foreseen(
    builder: Builder, norm: Value, h: Value, previous: Value, order: int
) -> tuple[Value, Value, Value]:
    """Return whether a step is accepted, the factor to the next one, and what to remember of it.

    The step that fits, h*norm^-1/q, is taken to change by the same factor once more, as it did from
    the last good step to this one: where a stiff solution turns, one step after another would be
    found too long otherwise (Gustafsson 1994, ACM Trans. Math. Softw. 20:496-517,
    doi:10.1145/198429.198437; Hairer and Wanner 1996, section IV.8). This counts only where it
    makes the next step shorter. Remembered is the logarithm of one over the step that fitted.
    """
    share, safety = 1.0 / order, log(SAFETY)
    accept = norm <= 1.0
    now = norm.apply("max", SMALLEST_NORM).apply("log")
    length = abs(h).apply("log")
    # What waits for the norm is one product and sum each, and a choice among them.
    fits = safety - share * now
    foreseen = (safety + length + previous) - (2.0 * share) * now
    shortened = foreseen.apply("max", (safety + FORESEEN) - share * now).apply("min", fits)
    rejected = fits.apply("min", 0.0)
    factor = _factor(builder, norm, accept.apply("select", shortened, rejected))
    return accept, factor, share * now - length


def _factor(builder: Builder, norm: Value, logarithm: Value) -> Value:
    """Return the factor to the next step, limited; least where the norm is not finite."""
    limited = logarithm.apply("exp").apply("max", SHRINK).apply("min", GROW)
    return (norm <= 1e300).apply("select", limited, builder.constant(SHRINK))


def next_step_of_series(builder: Builder, norm: Value, order: int) -> tuple[Value, Value]:
    """Return whether a step is accepted, and the factor to the next one, of high order.

    The estimate falls with so high a power that the step follows it closely: there is nothing to
    damp, h_next/h = safety * norm^-1/q.
    """
    accept = norm <= 1.0
    now = norm.apply("max", SMALLEST_OF_SERIES).apply("log")
    raw = (log(SAFETY_SERIES) - (1.0 / order) * now).apply("exp")
    limited = raw.apply("max", SHRINK).apply(
        "min", accept.apply("select", GROW_SERIES, SAFETY_SERIES)
    )
    return accept, (norm <= 1e300).apply("select", limited, builder.constant(SHRINK))


def start_ratio(x: Value, y: Value, atol: Value, rtol: Value) -> Value:
    """Return the size of a start value, or of a rate, in units of the tolerance at the start."""
    return abs(x) / (atol + rtol * abs(y))


def trial_step(size: Value, steep: Value, span: Value) -> Value:
    """Return the length of an Euler step that changes the state by a hundredth of itself.

    `size` and `steep` are norms of y and y' in units of the tolerance.
    """
    flat = size.apply("min", steep * abs(span)) <= 1e-5
    return flat.apply("select", 1e-6 * abs(span), 0.01 * size / steep).apply("min", abs(span))


def start_bend(before: Value, after: Value, ratio: Sequence[Value], trial: Value) -> Value:
    """Return how fast a rate changes over the trial step; `ratio` is (y, atol, rtol)."""
    y, atol, rtol = ratio
    return abs(after - before) / (atol + rtol * abs(y)) / trial


def first_step(trial: Value, slope: Value, curvature: Value, order: int) -> Value:
    """Return the step at which the error estimate is about one hundredth of the tolerance.

    After Hairer, Norsett and Wanner 1993, section II.4, equation 4.14, with y' and y'' measured
    over the trial step, so that the unit of time does not matter. `slope` and `curvature` are norms
    of y' and y'' in units of the tolerance.
    """
    bend = (slope * trial).apply("max", curvature * trial * trial)
    wanted = trial * (0.01 / bend.apply("max", 1e-14)) ** (1.0 / (order + 1.0))
    return wanted.apply("min", 100.0 * trial)


def first_step_of_series(
    trial: Value, slope: Value, curvature: Value, rtol: Value, order: int
) -> Value:
    """Return about the step whose error is what a series is allowed.

    Terms fall about as powers of the step over the time in which the slope changes by itself,
    slope/curvature. A step too long is told by its error how long it should have been, one too
    short can only grow from step to step; but none is so long that the state changes by itself, nor
    shorter than the trial step, as it would be where nothing changes yet.
    """
    scale = slope / curvature.apply("max", 1e-300)
    wanted = REACH * scale * (MARGIN_SERIES * rtol) ** (1.0 / order)
    return wanted.apply("max", trial).apply("min", 100.0 * trial)
