"""A problem solved again: at other times, or watching for a condition."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from ...models.errors import InputError, UnknownNameError, did_you_mean, listing
from ...models.language.read import read_condition, read_sides
from ...models.lower import lower_expression
from ...models.model import Model
from ...models.tape import Tape
from ...models.units.check import check_sides
from ..arrays import Float
from ..problem import InitialValueProblem
from ..times import finite_times
from ..trajectories import Trajectories
from .points import the_model, widened


class Solver(Protocol):
    """Anything that can solve a problem again, at other times or watching conditions."""

    def __call__(self, problem: InitialValueProblem) -> Trajectories:
        """Return the trajectories of a problem."""
        ...


def at_times(
    problem: InitialValueProblem, solver: Solver, times: float | Any
) -> tuple[Float, Trajectories]:
    """Return times as an array of none or one dimension, and the trajectories there.

    Raises
    ------
    InputError
        If a time lies outside the interval that was solved.
    """
    given = finite_times(times)
    t = given.reshape(-1)
    low, high = sorted((problem.t0, problem.t_end))
    outside = t[(t < low) | (t > high)]
    if outside.size:
        raise InputError(f"times: got {outside[0]:g}; the solution covers {low:g} to {high:g}")
    # The steps stay the same only if the end does.
    sorted_t, place = np.unique([*t, problem.t_end], return_inverse=True)
    if problem.direction < 0:
        sorted_t, place = sorted_t[::-1], len(sorted_t) - 1 - place
    again = solver(replace(problem, t_eval=sorted_t))
    return given, replace(again, y=again.y[:, :, place[:-1]])


def first_times(problem: InitialValueProblem, solver: Solver, condition: str) -> Float:
    """Return when a condition first holds in each member, (batch,); nan where it never does.

    Raises
    ------
    SpecificationError, UnknownNameError
        If the condition cannot be read, or uses a name the model does not have.
    """
    model = the_model(problem, "when")
    tape = read_condition(condition)
    _require_known(model, condition, tape)
    for sides in read_sides(condition):
        check_sides(model, *sides, condition)
    watched = widened(problem, lower_expression(model, tape))
    found = solver(replace(problem, conditions=watched)).crossings
    assert found is not None  # a solver reports on every condition it was given
    return found[0]


def _require_known(model: Model, condition: str, tape: Tape) -> None:
    starts = {model.start_name(s.name) for s in model.states}
    known = sorted({model.time, *model.units} - starts)
    unknown = [n for n in tape.inputs if n not in known]
    if unknown:
        raise UnknownNameError(
            f"condition {condition!r}: no {unknown[0]} in this model; it has "
            f"{listing(known)}.{did_you_mean(unknown[0], known)}"
        )
