"""The initial value problem: a system and its arrays, checked once.

One trajectory is a batch of one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any

import numpy as np

from ..models.errors import InputError
from ..models.lower import lower, require_values
from ..models.model import Model
from ..models.modes import Modes
from ..models.once import once
from ..models.structure.dependencies import has_clock, is_autonomous
from ..models.system import FirstOrderSystem
from ..models.tape import Tape
from .arrays import Float, Int, ParameterBatch, StateBatch
from .evaluate import RowsFunction, rows_function
from .labels import Labels, labels_of
from .tally import Tally
from .times import output_times
from .tolerances import absolute, fixed_step, relative, whole

LEAST_LOOKS = 100  # steps over the whole way where rates depend on time
TIME_AXIS = "time"  # of every result


@dataclass(frozen=True, eq=False)
class InitialValueProblem:
    """A first-order system with numbers.

    Parameters
    ----------
    system
        What is integrated.
    y0
        Start values, (state, batch).
    p
        Parameters, (parameter, batch).
    t_eval
        Output times, (time,), monotone away from the system's t0.
    rtol
        Relative tolerance.
    atol
        Absolute tolerance, (state, 1) or (state, batch).
    step
        Fixed step, or None for steps chosen by the error.
    max_steps
        Limit on attempted steps per trajectory.
    conditions
        Expressions of time, states and parameters whose first turning positive is located.
    labels
        What the axes are called.
    model
        The specification, if there was one.
    base, by
        Where the system carries sensitivities: the one without, and the parameters they are by.
    device
        Where it is computed: ``cpu``, or a device of torch.
    tally
        Sums over output times that are wanted in place of the trajectories; None for these.
    looks
        Steps over the whole way, at least, where rates depend on time.
    modes
        Where the system is modal: what its last states and its last events stand for.
    watchful
        Whether trajectories that stiffness holds back end soon with that status, for others to
        solve. Backends that do not watch on the way heed `max_steps` alone.
    """

    system: FirstOrderSystem
    y0: StateBatch
    p: ParameterBatch
    t_eval: Float
    rtol: float = 1e-6
    atol: Float = field(default_factory=lambda: np.full((1, 1), 1e-9))
    step: float | None = None
    max_steps: int = 10_000
    conditions: Tape | None = None
    labels: Labels = field(default_factory=Labels)
    model: Model | None = None
    base: FirstOrderSystem | None = None
    by: tuple[str, ...] = ()
    device: str = "cpu"
    tally: Tally | None = None
    looks: int = LEAST_LOOKS
    modes: Modes | None = None
    watchful: bool = False

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the states, without their sensitivities."""
        return (self.base or self.system).states

    @property
    def batch(self) -> int:
        """Number of trajectories."""
        return self.y0.shape[1]

    @property
    def n_controlled(self) -> int:
        """How many states' errors count: the others, the last ones, have no finite tolerance."""
        if np.isfinite(self.atol[-1, 0]):
            return len(self.y0)
        counted = np.flatnonzero(np.isfinite(self.atol).any(axis=1))
        return int(counted[-1]) + 1 if counted.size else len(self.y0)

    @property
    def t0(self) -> float:
        """Start time."""
        return self.system.t0

    @property
    def t_end(self) -> float:
        """Last output time."""
        return float(self.t_eval[-1])

    @property
    def direction(self) -> float:
        """1.0 forward in time, -1.0 backward."""
        return -1.0 if self.t_end < self.t0 else 1.0

    @property
    def longest_step(self) -> float:
        """Longest step that error control may choose.

        Where rates depend on time it is a hundredth of the way: a system at rest gives no sign of
        an input that is yet to come, and its steps would grow past it. So it is where a state is a
        clock that the others read.
        """
        if is_autonomous(self.system) and not has_clock(self.system):
            return np.inf
        return abs(self.t_end - self.t0) / self.looks

    def members(self, chosen: slice | Int) -> InitialValueProblem:
        """Return the problem of some trajectories only."""
        atol = self.atol if self.atol.shape[1] == 1 else self.atol[:, chosen]
        tally = self.tally and self.tally.members(chosen)
        return replace(self, y0=self.y0[:, chosen], p=self.p[:, chosen], atol=atol, tally=tally)


def initial_value_problem(
    model: Model,
    times: float | Any,
    *,
    rtol: float = 1e-6,
    atol: float | Mapping[str, float] | None = None,
    step: float | None = None,
    max_steps: int = 10_000,
) -> InitialValueProblem:
    """Return a model with its numbers as a problem, every argument checked.

    Parameters
    ----------
    model
        The specification; its dimensions become the batch.
    times
        End time, or output times in the model's unit of time.
    rtol, atol
        Tolerances; `atol` may be given by state and defaults to ``rtol/1000``.
    step
        Fixed step instead of tolerances.
    max_steps
        Limit on attempted steps per trajectory.

    Raises
    ------
    InputError, MissingValueError
        Naming the argument, what was got and what was expected.
    """
    require_values(model)
    system = lower(model)
    if TIME_AXIS in system.states:
        raise InputError(
            f"a state is called {TIME_AXIS}, which is an axis of results; call it something else"
        )
    labels = labels_of(model)
    p = _parameters(model, system, labels.shape)
    rtol = relative(rtol)
    t_eval = output_times(times, model.t0)
    return InitialValueProblem(
        system=system,
        y0=_start(system)(p),
        p=p,
        t_eval=t_eval,
        rtol=rtol,
        atol=absolute(atol, rtol, system.states),
        step=None if step is None else fixed_step(step, t_eval, model.t0),
        max_steps=whole("max_steps", max_steps),
        labels=labels,
        model=model,
    )


def with_values(problem: InitialValueProblem, model: Model) -> InitialValueProblem:
    """Return a problem with the values of another model, of the same system, without dimensions."""
    p = _parameters(model, problem.system, ())
    return replace(problem, y0=_start(problem.system)(p), p=p, labels=labels_of(model), model=model)


@once
def _start(system: FirstOrderSystem) -> RowsFunction:
    """Return the function of p that gives the start values; of some parameters they are the rows.

    Of a large batch to write them a second time takes as long as to look at them all.
    """
    first, count = min(system.start.outputs, default=0), system.n_states
    if system.start.outputs == (*range(first, min(first + count, system.n_parameters)),):

        def rows(p: Float) -> Float:
            return p[first : first + count]

        return rows
    return rows_function(system.start, "start", (("p", system.n_parameters),))


def _parameters(model: Model, system: FirstOrderSystem, shape: tuple[int, ...]) -> ParameterBatch:
    """Return every parameter of every member: the product of the model's dimensions."""
    values = model.values
    p = np.empty((system.n_parameters, *shape))
    columns = {
        name: np.frombuffer(packed).reshape(-1, *(1 for _ in shape[axis + 1 :]))
        for axis, dimension in enumerate(model.dimensions)
        for name, packed in dimension.columns
    }
    for row, name in enumerate(system.parameters):
        p[row] = columns[name] if name in columns else values[name]
    return p.reshape(system.n_parameters, prod(shape))
