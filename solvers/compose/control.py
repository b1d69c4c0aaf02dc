"""The programs that every method shares: the first step, and whether a step is accepted."""

from __future__ import annotations

from collections.abc import Sequence

from ...models.system import FirstOrderSystem
from ...models.tape import Value
from ..control import (
    MARGIN,
    MARGIN_SERIES,
    MARGIN_STIFF,
    MARGIN_STIFF_LOW,
    PI,
    PI_STIFF,
    error_norm,
    first_step,
    first_step_of_series,
    largest,
    next_step,
    next_step_of_series,
    start_bend,
    start_ratio,
    trial_step,
)  # fmt: skip
from ..method import Method
from ..tableaux.taylor import TaylorSeries
from .program import Arguments, Program, combine, inputs, slope, vector, within

# Of the time, the shortest first step: what says little of the length that fits, as states far
# below their tolerance, may not end a trajectory as if no step were small enough.
LEAST = 64 * 2.0**-52
MOST = 1e300  # of a size in units of the tolerance: one that overflows leaves no first step


def margin_of(method: Method) -> float:
    """Return what one step by a method may use of the tolerance."""
    if isinstance(method.tableau, TaylorSeries):
        return MARGIN_SERIES
    if method.tableau.is_explicit:
        return MARGIN
    return MARGIN_STIFF if method.order > 2 else MARGIN_STIFF_LOW


def parts_of(method: Method) -> tuple[float, float]:
    """Return the proportional and the integral part of a method's control of steps."""
    return PI if method.tableau.is_explicit else PI_STIFF


def control(system: FirstOrderSystem, method: Method, controlled: int) -> Program:
    """Compose the error norm, whether a step is accepted, and the factor to the next one.

    Only the first states, as many as are `controlled`, count.
    """
    n = system.n_states
    arguments: Arguments = (
        ("y", n), ("z", n), ("e", n), ("atol", n), ("rtol", None), ("before", None),
    )  # fmt: skip
    builder = inputs(arguments)
    y, z, e, atol = (vector(builder, name, n) for name in ("y", "z", "e", "atol"))
    margin = margin_of(method)
    sizes = list(zip(y, z, strict=True))[:controlled]
    norm = error_norm(e[:controlled], sizes, atol[:controlled], builder.input("rtol"), margin)
    if isinstance(method.tableau, TaylorSeries):
        accept, factor = next_step_of_series(builder, norm, method.error_order)
    else:
        before, parts = builder.input("before"), parts_of(method)
        accept, factor = next_step(builder, norm, before, method.error_order, parts)
    return Program("control", builder.finish([norm, accept, factor]), arguments)


def begin(system: FirstOrderSystem, method: Method, controlled: int) -> Program:
    """Compose the first step: one Euler step tells how fast the slope changes."""
    n = system.n_states
    arguments: Arguments = (
        ("t", None), ("span", None), ("limit", None), ("y", n), ("p", system.n_parameters),
        ("atol", n), ("rtol", None),
    )  # fmt: skip
    builder = inputs(arguments)
    t, span, y, p = (builder.input("t"), builder.input("span"), vector(builder, "y", n),
                     vector(builder, "p", system.n_parameters))  # fmt: skip
    rtol, atol = builder.input("rtol"), vector(builder, "atol", n)
    rates = slope(builder, system, t, y, p)

    def among(*vectors: Sequence[Value]) -> list[tuple[Value, ...]]:
        return list(zip(*vectors, strict=True))[:controlled]

    size, steep = (
        largest([start_ratio(x, b, a, rtol) for x, b, a in among(xs, y, atol)]).apply("min", MOST)
        for xs in (y, rates)
    )
    least = LEAST * abs(t)
    trial = trial_step(size, steep, span).apply("max", least).apply("min", abs(span))
    signed = trial * span.apply("sign")
    after = within(system, t + signed, builder.input("limit"), 0.0 <= span)
    bent = slope(builder, system, after, combine(y, signed, [1.0], [rates]), p)
    curvature = largest([
        start_bend(f, g, (b, a, rtol), trial)
        for f, g, b, a in among(rates, bent, y, atol)
    ])  # fmt: skip
    if isinstance(method.tableau, TaylorSeries):
        h = first_step_of_series(trial, steep, curvature, rtol, method.error_order)
    else:
        h = first_step(trial, steep, curvature, method.error_order - 1)
    # Where there is no rate after the trial step, that one is tried, and found too long.
    h = (curvature <= MOST).apply("select", h, trial)
    h = h.apply("max", least).apply("min", abs(span))
    return Program("begin", builder.finish([h, *rates]), arguments)
