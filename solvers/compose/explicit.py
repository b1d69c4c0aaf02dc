"""The step of an explicit Runge-Kutta method on the tape, and its dense output."""

from __future__ import annotations

from collections.abc import Sequence

from ...models.system import FirstOrderSystem
from ...models.tape import Value
from ..method import Method
from ..tableaux.tableau import ButcherTableau
from .program import Arguments, Program, combine, floats, increment, inputs, slope, vector, within

TINY = 1e-300


def attempt(system: FirstOrderSystem, method: Method) -> Program:
    """Compose one attempted step."""
    n, tableau = system.n_states, tableau_of(method)
    arguments: Arguments = (
        ("t", None), ("h", None), ("limit", None), ("y", n), ("f", n), ("p", system.n_parameters),
    )  # fmt: skip
    builder = inputs(arguments)
    t, h, y, p = (builder.input("t"), builder.input("h"), vector(builder, "y", n),
                  vector(builder, "p", system.n_parameters))  # fmt: skip
    limit, forward = builder.input("limit"), 0.0 <= h
    k = [vector(builder, "f", n)]
    for c, row in zip(floats(tableau.c)[1:], tableau.a[1:], strict=True):
        stage = combine(y, h, floats(row), k)
        time = within(system, t + c * h, limit, forward)
        k.append(slope(builder, system, time, stage, p))
    new = combine(y, h, floats(tableau.b), k)
    error = error_of(tableau, h, k)
    # Where the last stage already is the slope at the new point, value numbering makes this free.
    end = slope(builder, system, within(system, t + h, limit, forward), new, p)
    kept = [slope for i in kept_stages(method) for slope in (k[i] if i >= 0 else end)]
    return Program("attempt", builder.finish([*new, *error, *end, *kept]), arguments)


def error_of(tableau: ButcherTableau, h: Value, k: Sequence[Sequence[Value]]) -> list[Value]:
    """Return the estimated error of a step with some slopes."""
    fine = increment(h, floats(tableau.b_error or tableau.b), k)
    if tableau.b_coarse is None:
        return fine
    coarse = increment(0.1 * h, floats(tableau.b_coarse), k)
    return [_between(e, c) for e, c in zip(fine, coarse, strict=True)]


def _between(fine: Value, coarse: Value) -> Value:
    """Return the error between two estimates, fine * abs(fine) / hypot(fine, coarse).

    Squares are taken of fractions of the larger, which neither overflow nor vanish; the least
    number keeps 0/0 from a step without any error.
    """
    larger = abs(fine).apply("max", abs(coarse)).apply("max", TINY)
    inverse = 1.0 / larger
    e, c = inverse * fine, inverse * coarse
    return fine * (abs(e) / (e * e + c * c + TINY).apply("sqrt"))


def tableau_of(method: Method) -> ButcherTableau:
    """Return the tableau of an explicit method."""
    assert isinstance(method.tableau, ButcherTableau)
    return method.tableau


def kept_stages(method: Method) -> list[int]:
    """Return which slopes dense output needs; -1 is the slope at the new point."""
    dense = tableau_of(method).dense
    if dense is None:
        return [0, -1]
    return [i for i, row in enumerate(dense) if any(x != 0 for x in row)]


def interpolate(system: FirstOrderSystem, method: Method) -> Program:
    """Compose the dense output."""
    n, stages = system.n_states, kept_stages(method)
    arguments: Arguments = (
        ("theta", None), ("h", None), ("y", n), ("z", n), ("k", n * len(stages)),
    )  # fmt: skip
    builder = inputs(arguments)
    theta, h = builder.input("theta"), builder.input("h")
    y, z, flat = (vector(builder, "y", n), vector(builder, "z", n),
                  vector(builder, "k", n * len(stages)))  # fmt: skip
    k = [flat[i * n : (i + 1) * n] for i in range(len(stages))]
    dense = tableau_of(method).dense
    if dense is None:
        return Program("interpolate", builder.finish(_hermite(theta, h, y, z, k)), arguments)
    weights = [_polynomial(theta, floats(dense[i])) for i in stages]
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
