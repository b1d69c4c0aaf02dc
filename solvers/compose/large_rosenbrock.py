"""The step of a Rosenbrock method for a large system, in parts: programs of one state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ...models.system import FirstOrderSystem
from ...models.tape import Builder, Value
from ..method import Method
from .large import Stiff, stiff
from .program import Arguments, Program, combine, floats, inputs, vector, weighted
from .rosenbrock import GROWTH, NOTHING, interpolate, tableau_of
from .stages import ELEMENT, common


@dataclass(frozen=True, eq=False)
class OneMatrix(Stiff):
    """A step of a Rosenbrock method in parts; u holds one number per stage before.

    Parameters
    ----------
    diagonal
        Of the matrix diagonal/h - J.
    times
        Of the stages, as fractions of the step.
    stages
        (y, u) of one state to its value at each stage.
    rights
        (h, f, g, u) of one state to the right side of each stage, with g its df/dt.
    close
        (y, u) of one state to its new value, its error, and what dense output needs.
    misfit
        (rest, size) of one row, what is left of an equation and the sizes of its terms, to how much
        more is left than a good solution leaves.
    """

    diagonal: float
    times: tuple[float, ...]
    stages: tuple[Program, ...]
    rights: tuple[Program, ...]
    close: Program
    misfit: Program


@lru_cache(maxsize=64)
def compose_one_matrix(system: FirstOrderSystem, method: Method) -> OneMatrix:
    """Return a step of a Rosenbrock method, in parts."""
    tableau = tableau_of(method)
    numbers = range(tableau.n_stages)
    output, kept = interpolate(ELEMENT, method), range(len(tableau.dense))
    rows = zip(floats(tableau.d), tableau.g, strict=True)
    return OneMatrix(
        **vars(common(system, method, output, kept, tableau.n_stages)),
        **stiff(system),
        diagonal=1.0 / float(tableau.gamma),
        times=tuple(floats(tableau.c)),
        stages=tuple(_stage(floats(tableau.a[i]), i) for i in numbers),
        rights=tuple(_right(d, floats(row), i) for i, (d, row) in enumerate(rows)),
        close=_close(method),
        misfit=_misfit(),
    )


def _with_stages(count: int, *names: str) -> tuple[Builder, Arguments, list[list[Value]]]:
    """Return a builder of single values and stages, its arguments, and the stages as vectors."""
    arguments: Arguments = (*((name, None) for name in names), ("u", count))
    builder = inputs(arguments)
    return builder, arguments, [[u] for u in vector(builder, "u", count)]


def _stage(weights: Sequence[float], count: int) -> Program:
    builder, arguments, u = _with_stages(count, "y")
    y = builder.input("y")
    at = y + weighted(weights, u)[0] if any(weights) else y
    return Program("stage", builder.finish([at]), arguments)


def _right(d: float, weights: Sequence[float], count: int) -> Program:
    builder, arguments, u = _with_stages(count, "h", "f", "g")
    h, f, g = (builder.input(x) for x in ("h", "f", "g"))
    (right,) = combine([f], 1.0 / h, weights, u) if u else [f]
    return Program("right", builder.finish([right + d * h * g]), arguments)


def _close(method: Method) -> Program:
    tableau = tableau_of(method)
    builder, arguments, u = _with_stages(tableau.n_stages, "y")
    new = builder.input("y") + weighted(floats(tableau.b), u)[0]
    rows = [weighted(floats(row), u)[0] for row in (tableau.b_error, *tableau.dense)]
    return Program("close", builder.finish([new, *rows]), arguments)


def _misfit() -> Program:
    builder = Builder(("rest", "size"))
    rest, size = builder.inputs
    return Program("misfit", builder.finish([abs(rest) - GROWTH * size - NOTHING]),
                   (("rest", None), ("size", None)))  # fmt: skip
