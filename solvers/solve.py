"""The front door of integration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..models.errors import InputError
from ..models.model import Model
from .choosing.choice import Choice
from .plan import Asked, Plan, names, plan, specification
from .problem import InitialValueProblem
from .progress import Report, reporting
from .solution import Solution
from .tolerances import packed
from .trajectories import Trajectories
from .workers import cuts, require_executor, spread


def solve(
    model: Model | str,
    times: float | Any,
    *,
    method: str = "auto",
    rtol: float = 1e-6,
    atol: float | Mapping[str, float] | None = None,
    device: str = "cpu",
    outputs: Sequence[str] | None = None,
    sensitivities: Sequence[str] = (),
    control: str = "both",
    step: float | None = None,
    max_steps: int | None = None,
    check: bool | None = None,
    error: str | None = None,
    executor: Executor | None = None,
    progress: bool | Report | None = None,
) -> Solution:
    """Solve a model from its start values to a time, or at times.

    Parameters
    ----------
    model
        A model, or its text. Its dimensions become dimensions of the result.
    times
        End time, for 101 evenly spaced outputs, or an array of output times; in the unit of time
        that the model implies.
    method
        ``"auto"``, ``"exact"``, a name from ``rl.methods``, or one qualified by its backend, such
        as ``"scipy:LSODA"``; ``"partial"`` integrates only the states without a closed form.
    rtol, atol
        Relative and absolute tolerance of each step; ``atol`` may be given by state and defaults to
        ``rtol/1000``.
    device
        ``"cpu"``, or a torch device such as ``"cuda"``.
    outputs
        States shown in labelled results; all when not given.
    sensitivities
        Parameters or start values by which to differentiate; see `Solution.gradient`.
    control
        Whose errors choose the steps of sensitivities: ``"both"``, or ``"states"``, which costs
        less and promises nothing about the derivatives.
    step
        Fixed step instead of tolerances, for teaching.
    max_steps
        Limit on the steps of each trajectory: 10 000 by a method that was asked for, 100 000 by an
        automatic choice, unless given.
    check
        Whether a trajectory that fails raises; by default only one that is alone does.
    error
        ``"global"`` for an estimate of the global error of every value, ``sol.error["T"]``: the
        difference to a companion at a hundredth of the tolerance, at two to five times the cost. It
        sees what a step passed over if that is no narrower than a five-thousandth of the way.
    executor
        Any `concurrent.futures.Executor`; a batch is spread over it.
    progress
        A function of the fraction done, or True or False; by default a bar in terminals.

    Returns
    -------
    solution
        Read by name: ``sol["T"]``, ``sol.at(30)``, ``sol.when("T < 60")``, ``sol.outcome``.

    Raises
    ------
    InputError, UnknownNameError, MissingValueError
        If an argument cannot be used; the message names it.
    RefusalError
        If the backend asked for cannot solve this problem.
    DeviceError, MissingExtraError
        If the device is not there, or torch is not installed.
    SolveError
        If a trajectory fails and `check` holds.

    Examples
    --------
    >>> sol = solve("dx/dt = -k*x; x(0) = 1; k = 0.5", [0, 1, 2])
    >>> sol.y.round(4)
    array([[1.    , 0.6065, 0.3679]])
    """
    require_executor(executor)
    if check is not None and not isinstance(check, bool | np.bool_):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"check: got {check!r:.60}; expected True or False")
    made = plan(
        specification(model),
        times,
        Asked(
            method, rtol, atol if type(atol) is float else packed(atol), device,
            () if outputs is None else names("outputs", outputs),
            names("sensitivities", sensitivities), control, step, max_steps, error,
        ),
    )  # fmt: skip
    if made.ready is not None and made.companion is None and executor is None and not progress:
        found = made.ready.go()
        if found is not None:
            return _solution(made, found)
    with reporting(progress, "solving") as report:
        solution = _run(made, executor, report)
    raises = made.problem.batch == 1 if check is None else check
    return solution.check() if raises else solution


def solution_of(made: Plan) -> Solution:
    """Return the solution of a plan, in silence."""
    with reporting(False, "") as silence:
        return _run(made, None, silence)


def _run(made: Plan, executor: Executor | None, report: Report) -> Solution:
    found = _trajectories(made.choice, made.problem, executor, report)
    companion = made.companion and _run(made.companion, executor, report)
    return _solution(made, found, companion)


def _solution(made: Plan, found: Trajectories, companion: Solution | None = None) -> Solution:
    choice = made.choice
    return Solution(
        made.problem, found, choice.told(found), choice.explain(found), choice.solve, made.outputs,
        companion=companion,
    )  # fmt: skip


def _trajectories(
    choice: Choice, problem: InitialValueProblem, executor: Executor | None, report: Report
) -> Trajectories:
    if executor is None or problem.batch == 1:
        return choice.solve(problem, report)
    pieces = [problem.members(cut) for cut in cuts(problem.batch)]
    return Trajectories.join(spread(_Work(choice), pieces, executor, report))


@dataclass(frozen=True)
class _Work:
    """One piece of a batch, in a form that another process can receive."""

    choice: Choice

    def __call__(self, problem: InitialValueProblem) -> Trajectories:
        return self.choice.solve(problem)
