"""The programs that every method shares: the first step, and whether a step is accepted."""

from __future__ import annotations

from collections.abc import Sequence

from ...models.system import FirstOrderSystem
from ...models.tape import Builder, Value
from ..control import (
    FIRST_NORM,
    MARGIN,
    MARGIN_SERIES,
    MARGIN_STIFF,
    MARGIN_STIFF_LOW,
    NO_STEP,
    error_norm,
    first_step,
    first_step_of_series,
    largest,
    next_step,
    next_step_foreseen,
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


def is_explicit(method: Method) -> bool:
    """Tell whether a method's steps are none of those for stiff models."""
    return isinstance(method.tableau, TaylorSeries) or method.tableau.is_explicit


def first_memory(method: Method) -> float:
    """Return what the control of a method's steps remembers before the first."""
    return FIRST_NORM if is_explicit(method) else NO_STEP


def judged(method: Method, builder: Builder, norm: Value, h: Value, before: Value) -> list[Value]:
    """Return whether a step is accepted, the factor to the next, and what to remember of it."""
    order = method.error_order
    if isinstance(method.tableau, TaylorSeries):
        return [*next_step_of_series(builder, norm, order), norm]
    if method.tableau.is_explicit:
        return list(next_step(builder, norm, before, order))
    return list(next_step_foreseen(builder, norm, h, before, order))


def control(system: FirstOrderSystem, method: Method, controlled: int) -> Program:
    """Compose the error norm, whether a step is accepted, the factor to the next, and a memory.

    Only the first states, as many as are `controlled`, count.
    """
    n = system.n_states
    arguments: Arguments = (
        ("y", n), ("z", n), ("e", n), ("atol", n), ("rtol", None), ("h", None), ("before", None),
    )  # fmt: skip
    builder = inputs(arguments)
    y, z, e, atol = (vector(builder, name, n) for name in ("y", "z", "e", "atol"))
    margin = margin_of(method)
    sizes = list(zip(y, z, strict=True))[:controlled]
    norm = error_norm(e[:controlled], sizes, atol[:controlled], builder.input("rtol"), margin)
    found = judged(method, builder, norm, builder.input("h"), builder.input("before"))
    return Program("control", builder.finish([norm, *found]), arguments)


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
