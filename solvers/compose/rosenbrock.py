"""The step of a Rosenbrock method on the tape: one factorisation, shared by all stages."""

from __future__ import annotations

from collections.abc import Sequence

from ...models.system import FirstOrderSystem
from ...models.tape import Value
from ...models.tape.linear import factor, misfit
from ..control import largest
from ..method import Method
from ..tableaux.rosenbrock import RosenbrockTableau
from .linearised import linearised, shifted
from .program import Arguments, Program, combine, floats, inputs, slope, vector, weighted, within

GROWTH = 1e-9  # relative change of the matrix that a solution may be exact for
NOTHING = 1e-290  # a misfit of less is none: so small, numbers have few digits, or are no more told
REJECTED = 1e300  # error of a step whose linear system was not solved well


def attempt(system: FirstOrderSystem, method: Method) -> Program:
    """Compose one attempted step.

    Pivots are taken in an order fixed beforehand. Where they turn out too small the first stage
    misses its equation, and the step is rejected as if its error were infinite: a shorter step
    makes the diagonal of I/(h gamma) - J larger, until no pivoting is needed.
    """
    n, tableau = system.n_states, tableau_of(method)
    arguments: Arguments = (
        ("t", None), ("h", None), ("limit", None), ("y", n), ("f", n), ("p", system.n_parameters),
    )  # fmt: skip
    builder = inputs(arguments)
    t, h, limit = builder.input("t"), builder.input("h"), builder.input("limit")
    y, p = vector(builder, "y", n), vector(builder, "p", system.n_parameters)
    partials = linearised(builder, system, [t, *y, *p])
    turning = [row.get(n, builder.constant(0.0)) for row in partials]  # df/dt
    inverse, forward = 1.0 / h, 0.0 <= h
    matrix = shifted(partials, n, inverse / float(tableau.gamma))
    factors = factor(matrix, n)
    u: list[list[Value]] = []
    good = builder.constant(1.0)
    for i, (c, d) in enumerate(zip(floats(tableau.c), floats(tableau.d), strict=True)):
        at = _sum(y, floats(tableau.a[i]), u)
        time = within(system, t + c * h, limit, forward)
        f = slope(builder, system, time, at, p) if i else vector(builder, "f", n)
        right = combine(f, inverse, floats(tableau.g[i]), u) if u else f
        right = [r + d * h * x for r, x in zip(right, turning, strict=True)]
        u.append(factors.solve(right))
        if i == 0:
            good = _solved(misfit(matrix, u[0], right))
    new = _sum(y, floats(tableau.b), u)
    error = weighted(floats(tableau.b_error), u)
    error[0] = good.apply("select", error[0], REJECTED)
    end = slope(builder, system, within(system, t + h, limit, forward), new, p)
    kept = [x for row in tableau.dense for x in weighted(floats(row), u)]
    return Program("attempt", builder.finish([*new, *error, *end, *kept]), arguments)


def tableau_of(method: Method) -> RosenbrockTableau:
    """Return the tableau of a Rosenbrock method."""
    assert isinstance(method.tableau, RosenbrockTableau)
    return method.tableau


def _sum(y: Sequence[Value], weights: Sequence[float], u: Sequence[Sequence[Value]]) -> list[Value]:
    """Return y + the weighted sum of stages."""
    return [a + b for a, b in zip(y, weighted(weights, u), strict=True)] if u else list(y)


def _solved(misfit: Sequence[tuple[Value, Value]]) -> Value:
    """Return whether each equation holds to far better than the steps need."""
    return largest([abs(residual) - GROWTH * size for residual, size in misfit]) <= NOTHING


def interpolate(system: FirstOrderSystem, method: Method) -> Program:
    """Compose the dense output: (1 - s) y + s (z + (1 - s) (q_0 + s (q_1 + …)))."""
    n, tableau = system.n_states, tableau_of(method)
    arguments: Arguments = (
        ("theta", None), ("h", None), ("y", n), ("z", n), ("k", n * len(tableau.dense)),
    )  # fmt: skip
    builder = inputs(arguments)
    theta = builder.input("theta")
    y, z = vector(builder, "y", n), vector(builder, "z", n)
    flat = vector(builder, "k", n * len(tableau.dense))
    rest = 1.0 - theta
    values: list[Value] = []
    for i in range(n):
        bend = builder.constant(0.0)
        for q in reversed(flat[i::n]):
            bend = q + theta * bend
        values.append(rest * y[i] + theta * (z[i] + rest * bend))
    return Program("interpolate", builder.finish(values), arguments)
