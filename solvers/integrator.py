"""Method x controller x system: the tapes of one attempted step, its control, its dense output."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..models.system import FirstOrderSystem
from ..models.tape import Builder, Tape, Value
from .control import error_norm, first_step, largest, next_step
from .method import Method

Arguments = tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, eq=False)
class Program:
    """A tape with its arguments, ready for any emitter."""

    name: str
    tape: Tape
    arguments: Arguments


@dataclass(frozen=True, eq=False)
class Integrator:
    """What a loop over steps calls; the loop itself holds no formula.

    Parameters
    ----------
    begin
        (t, span, limit, y, p, atol, rtol) to the first step, then the slope: 1 + n outputs.
    attempt
        (t, h, limit, y, f, p) to the new state, its error, its slope, and the `n_kept` slopes that
        dense output needs: (3 + n_kept) * n outputs. Where the system has events, no rate is
        evaluated at a time past the limit.
    control
        (y, z, e, atol, rtol, before) with z the new state and e its error, to the error norm,
        whether to accept (1 or 0), and the factor to the next step: 3 outputs.
    interpolate
        (theta, h, y, z, k) with k the kept slopes, to the state at t + theta*h: n outputs.
    n_kept
        Number of kept slopes.
    n_stages
        Evaluations of the vector field per attempted step.
    """

    begin: Program
    attempt: Program
    control: Program
    interpolate: Program
    n_kept: int
    n_stages: int


@lru_cache(maxsize=64)
def compose(system: FirstOrderSystem, method: Method) -> Integrator:
    """Return the integrator of a system by an explicit Runge-Kutta method."""
    n_kept = len(_kept_stages(method))
    fresh = method.tableau.n_stages - method.tableau.first_same_as_last
    return Integrator(
        _begin(system, method), _attempt(system, method), _control(system, method),
        _interpolate(system, method), n_kept, fresh,
    )  # fmt: skip


def _inputs(arguments: Arguments) -> Builder:
    names = [
        name
        for argument, length in arguments
        for name in ([argument] if length is None else [f"{argument}[{i}]" for i in range(length)])
    ]
    return Builder(names)


def _vector(builder: Builder, argument: str, length: int) -> list[Value]:
    return [builder.input(f"{argument}[{i}]") for i in range(length)]


def _slope(
    builder: Builder, system: FirstOrderSystem, t: Value, y: Sequence[Value], p: Sequence[Value]
) -> list[Value]:
    return builder.inline(system.vector_field, [t, *y, *p])


def _within(system: FirstOrderSystem, time: Value, limit: Value, forward: Value) -> Value:
    """Return a time, or the limit if it is past that; a rate may jump there."""
    if not system.events:
        return time
    return forward.apply("select", time.apply("min", limit), time.apply("max", limit))


def _combine(
    y: Sequence[Value], h: Value, weights: Sequence[float], k: Sequence[Sequence[Value]]
) -> list[Value]:
    """Return y + h * sum of weighted slopes."""
    return [yi + h * s for yi, s in zip(y, _weighted(weights, k), strict=True)]


def _weighted(weights: Sequence[float], k: Sequence[Sequence[Value]]) -> list[Value]:
    used = [(w, slopes) for w, slopes in zip(weights, k, strict=True) if w != 0]
    sums = [w * x for w, x in ((used[0][0], x) for x in used[0][1])] if used else []
    if not used:
        return [x * 0.0 for x in k[0]]
    for w, slopes in used[1:]:
        sums = [s + w * x for s, x in zip(sums, slopes, strict=True)]
    return sums


def _floats(row: Sequence[object]) -> list[float]:
    return [float(x) for x in row]  # pyright: ignore[reportArgumentType]


def _attempt(system: FirstOrderSystem, method: Method) -> Program:
    n, tableau = system.n_states, method.tableau
    arguments: Arguments = (
        ("t", None), ("h", None), ("limit", None), ("y", n), ("f", n), ("p", system.n_parameters),
    )  # fmt: skip
    builder = _inputs(arguments)
    t, h, y, p = (builder.input("t"), builder.input("h"), _vector(builder, "y", n),
                  _vector(builder, "p", system.n_parameters))  # fmt: skip
    limit, forward = builder.input("limit"), 0.0 <= h
    k = [_vector(builder, "f", n)]
    for c, row in zip(_floats(tableau.c)[1:], tableau.a[1:], strict=True):
        stage = _combine(y, h, _floats(row), k)
        time = _within(system, t + c * h, limit, forward)
        k.append(_slope(builder, system, time, stage, p))
    new = _combine(y, h, _floats(tableau.b), k)
    error = [h * s for s in _weighted(_floats(tableau.b_error or tableau.b), k)]
    # Where the last stage already is the slope at the new point, value numbering makes this free.
    end = _slope(builder, system, _within(system, t + h, limit, forward), new, p)
    kept = [slope for i in _kept_stages(method) for slope in (k[i] if i >= 0 else end)]
    return Program("attempt", builder.finish([*new, *error, *end, *kept]), arguments)


def _kept_stages(method: Method) -> list[int]:
    """Return which slopes dense output needs; -1 is the slope at the new point."""
    dense = method.tableau.dense
    if dense is None:
        return [0, -1]
    return [i for i, row in enumerate(dense) if any(x != 0 for x in row)]


def _interpolate(system: FirstOrderSystem, method: Method) -> Program:
    n, stages = system.n_states, _kept_stages(method)
    arguments: Arguments = (
        ("theta", None), ("h", None), ("y", n), ("z", n), ("k", n * len(stages)),
    )  # fmt: skip
    builder = _inputs(arguments)
    theta, h = builder.input("theta"), builder.input("h")
    y, z, flat = (_vector(builder, "y", n), _vector(builder, "z", n),
                  _vector(builder, "k", n * len(stages)))  # fmt: skip
    k = [flat[i * n : (i + 1) * n] for i in range(len(stages))]
    dense = method.tableau.dense
    if dense is None:
        return Program("interpolate", builder.finish(_hermite(theta, h, y, z, k)), arguments)
    weights = [_polynomial(theta, _floats(dense[i])) for i in stages]
    values: list[Value] = []
    for i in range(n):
        total = weights[0] * k[0][i]
        for w, slopes in zip(weights[1:], k[1:], strict=True):
            total = total + w * slopes[i]
        values.append(y[i] + h * total)
    return Program("interpolate", builder.finish(values), arguments)


def _polynomial(theta: Value, coefficients: Sequence[float]) -> Value:
    """Return sum_j coefficients[j] * theta^(j+1), by Horner's rule."""
    total = theta.builder.constant(0.0)
    for c in reversed(coefficients):
        total = (total + c) * theta
    return total


def _hermite(
    theta: Value, h: Value, y: Sequence[Value], z: Sequence[Value], k: Sequence[Sequence[Value]]
) -> list[Value]:
    """Return the cubic through both ends with their slopes (HNW 1993, equation II.6.7)."""
    rest = 1.0 - theta
    return [
        rest * a + theta * b + theta * (theta - 1.0)
        * ((1.0 - 2.0 * theta) * (b - a) + h * ((theta - 1.0) * f + theta * g))
        for a, b, f, g in zip(y, z, k[0], k[1], strict=True)
    ]  # fmt: skip


def _control(system: FirstOrderSystem, method: Method) -> Program:
    n = system.n_states
    arguments: Arguments = (
        ("y", n), ("z", n), ("e", n), ("atol", n), ("rtol", None), ("before", None),
    )  # fmt: skip
    builder = _inputs(arguments)
    y, z, e, atol = (_vector(builder, name, n) for name in ("y", "z", "e", "atol"))
    norm = error_norm(e, list(zip(y, z, strict=True)), atol, builder.input("rtol"))
    accept, factor = next_step(builder, norm, builder.input("before"), method.error_order)
    return Program("control", builder.finish([norm, accept, factor]), arguments)


def _begin(system: FirstOrderSystem, method: Method) -> Program:
    """Compose the first step: one Euler step tells how fast the slope changes."""
    n = system.n_states
    arguments: Arguments = (
        ("t", None), ("span", None), ("limit", None), ("y", n), ("p", system.n_parameters),
        ("atol", n), ("rtol", None),
    )  # fmt: skip
    builder = _inputs(arguments)
    t, span, y, p = (builder.input("t"), builder.input("span"), _vector(builder, "y", n),
                     _vector(builder, "p", system.n_parameters))  # fmt: skip
    scale = [
        a + builder.input("rtol") * abs(x)
        for a, x in zip(_vector(builder, "atol", n), y, strict=True)
    ]
    slope = _slope(builder, system, t, y, p)
    size = largest([abs(x) / s for x, s in zip(y, scale, strict=True)])
    steep = largest([abs(x) / s for x, s in zip(slope, scale, strict=True)])
    flat = size.apply("min", steep * abs(span)) <= 1e-5
    trial = flat.apply("select", 1e-6 * abs(span), 0.01 * size / steep).apply("min", abs(span))
    signed = trial * span.apply("sign")
    after = _within(system, t + signed, builder.input("limit"), 0.0 <= span)
    bent = _slope(builder, system, after, _combine(y, signed, [1.0], [slope]), p)
    curvature = largest(
        [abs(b - a) / s / trial for a, b, s in zip(slope, bent, scale, strict=True)]
    )
    h = first_step(trial, steep, curvature, method.error_order - 1).apply("min", abs(span))
    return Program("begin", builder.finish([h, *slope]), arguments)
