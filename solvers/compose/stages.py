"""The integrator of a large system, in parts: what is done to each state alone, and the rates.

Written out in full, a step of a method with s stages repeats the vector field s times; a compiler
takes ever longer over such a text. Here the vector field is one program, called for each stage, and
everything else is a program of one state, repeated over all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ...models.system import FirstOrderSystem
from ...models.tape import Builder, Value
from ..control import (
    error_norm,
    first_step,
    start_bend,
    start_ratio,
    trial_step,
)
from ..evaluate import system_arguments
from ..method import Method
from ..tableaux.tableau import ButcherTableau
from .control import judged, margin_of
from .explicit import error_of, interpolate, kept_stages, tableau_of
from .program import Program, floats

ELEMENT = FirstOrderSystem(
    ("y",), (), Builder(("t", "y")).finish([0.0]), Builder(()).finish([0.0])
)  # one state, for what is done to each alone


@dataclass(frozen=True, eq=False)
class Common:
    """What a step in parts has whatever its method.

    Parameters
    ----------
    start, trial, bend, first
        Of the first step: (x, y, atol, rtol) of one state to the size of x = y or f; (size, steep,
        span) to the trial step and the same with the sign of the span; (f, g, y, atol, rtol, trial)
        of one state to how its rate changed; (trial, steep, curvature, span) to the first step.
    rates
        (t, y, p) to the slopes of all states.
    ratio
        (y, z, e, atol, rtol) of one state to its error in units of what is allowed.
    judge
        (norm, before) to whether to accept, and the factor to the next step.
    interpolate
        (theta, h, y, z, k) of one state, with k those vectors numbered in `kept`, to its value
        between.
    kept
        Numbers of the vectors that dense output needs.
    n_stages
        Evaluations of the vector field per attempted step.
    """

    start: Program
    trial: Program
    bend: Program
    first: Program
    rates: Program
    ratio: Program
    judge: Program
    interpolate: Program
    kept: tuple[int, ...]
    n_stages: int


@dataclass(frozen=True, eq=False)
class Stages(Common):
    """A step of an explicit method in parts.

    Parameters
    ----------
    times
        Of each stage after the first, as a fraction of the step.
    stages
        (h, y, k) of one state, with k its slopes so far, to its value at each stage after the
        first.
    close
        (h, y, k) of one state to its new value and its error.
    end
        Number of the stage that is the slope at the new point; one more than there are if none is.
    late
        Number of the first stage of those that only dense output needs, which come last.
    """

    times: tuple[float, ...]
    stages: tuple[Program, ...]
    close: Program
    end: int
    late: int


def common(
    system: FirstOrderSystem, method: Method, output: Program, kept: Sequence[int], n_stages: int
) -> Common:
    """Return the parts that do not depend on the kind of method, with its dense output."""
    arguments = system_arguments(system.n_states, system.n_parameters)
    return Common(
        _start(), _trial(), _bend(), _first(method.error_order - 1),
        Program("rates", system.vector_field, arguments), _ratio(margin_of(method)),
        _judge(method), output, tuple(kept), n_stages,
    )  # fmt: skip


@lru_cache(maxsize=64)
def compose_stages(system: FirstOrderSystem, method: Method) -> Stages:
    """Return a step of an explicit Runge-Kutta method, in parts."""
    tableau = tableau_of(method)
    count, end = tableau.n_stages, tableau.end_stage
    last = count if end is None else end
    kept = [last if i < 0 else i for i in kept_stages(method)]
    fresh = count - (end is not None)
    parts = common(system, method, interpolate(ELEMENT, method), kept, fresh)
    return Stages(
        **vars(parts),
        times=tuple(floats(tableau.c)[1:]),
        stages=tuple(_stage(floats(row)) for row in tableau.a[1:]),
        close=_close(tableau),
        end=last,
        late=max(last + 1, _used(tableau)),
    )


def _used(tableau: ButcherTableau) -> int:
    """Return how many of the first stages a step and its error need."""
    rows = [row for row in (tableau.b, tableau.b_error, tableau.b_coarse) if row is not None]
    return 1 + max(i for row in rows for i, weight in enumerate(row) if weight != 0)


def _slopes(builder: Builder, count: int) -> tuple[Value, Value, list[Value]]:
    return (
        builder.input("h"),
        builder.input("y[0]"),
        [builder.input(f"k[{i}]") for i in range(count)],
    )


def _sum(builder: Builder, weights: list[float], k: list[Value]) -> Value:
    terms = [w * slope for w, slope in zip(weights, k, strict=True) if w != 0]
    return sum(terms[1:], terms[0]) if terms else builder.constant(0.0)


def _stage(weights: list[float]) -> Program:
    builder = Builder()
    h, y, k = _slopes(builder, len(weights))
    arguments = (("h", None), ("y", 1), ("k", len(weights)))
    return Program("stage", builder.finish([y + h * _sum(builder, weights, k)]), arguments)


def _close(tableau: ButcherTableau) -> Program:
    builder = Builder()
    h, y, k = _slopes(builder, tableau.n_stages)
    new = y + h * _sum(builder, floats(tableau.b), k)
    (error,) = error_of(tableau, h, [[slope] for slope in k])
    arguments = (("h", None), ("y", 1), ("k", tableau.n_stages))
    return Program("close", builder.finish([new, error]), arguments)


def _ratio(margin: float) -> Program:
    builder = Builder(("y", "z", "e", "atol", "rtol"))
    y, z, e, atol, rtol = builder.inputs
    return _plain("ratio", builder, [error_norm([e], [(y, z)], [atol], rtol, margin)])


def _judge(method: Method) -> Program:
    builder = Builder(("norm", "h", "before"))
    return _plain("judge", builder, judged(method, builder, *builder.inputs))


def _start() -> Program:
    builder = Builder(("x", "y", "atol", "rtol"))
    return _plain("start", builder, [start_ratio(*builder.inputs)])


def _trial() -> Program:
    builder = Builder(("size", "steep", "span"))
    trial = trial_step(*builder.inputs)
    return _plain("trial", builder, [trial, trial * builder.input("span").apply("sign")])


def _bend() -> Program:
    builder = Builder(("f", "g", "y", "atol", "rtol", "trial"))
    f, g, *ratio, trial = builder.inputs
    return _plain("bend", builder, [start_bend(f, g, ratio, trial)])


def _first(order: int) -> Program:
    builder = Builder(("trial", "steep", "curvature", "span"))
    trial, steep, curvature, span = builder.inputs
    step = first_step(trial, steep, curvature, order)
    return _plain("first", builder, [step.apply("min", abs(span))])


def _plain(name: str, builder: Builder, outputs: Sequence[Value]) -> Program:
    """Return a program all of whose inputs are single values."""
    return Program(name, builder.finish(outputs), tuple((n, None) for n in builder.names))
