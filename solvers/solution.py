"""The solution: trajectories with named axes, and how each of them ended."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..models.errors import InputError, SolveError, UnknownNameError, listing
from ..models.lazy import load
from ..models.notebook import Printed
from ..models.sensitivity import sensitivity_name
from .answer.difference import Difference, Exact, exactly, largest_difference, same_states
from .answer.events_table import events_table
from .answer.global_error import GlobalError
from .answer.labelling import over_members, over_time
from .answer.notices import notices
from .answer.outcome import Outcome, explain
from .answer.points import Points
from .answer.revisit import Solver, at_times, first_times
from .answer.summary import FEW, ending, head
from .answer.tables import jumps, shown_names
from .arrays import Float, read_only
from .problem import InitialValueProblem
from .status import all_good, good
from .times import is_default
from .trajectories import Trajectories

SMOOTH = 601  # times of a curve that is drawn, the default ones among them
SMOOTH_MEMBERS = 60  # more are drawn as they were saved


@dataclass(frozen=True, eq=False)
class Solution(Printed):
    """Trajectories of a problem, read by name.

    ``sol["T"]`` is a labelled array, ``sol.at(30)`` the solution at other times, ``sol.y`` the
    plain numbers with states first. What it holds cannot be written to: change a copy.

    Parameters
    ----------
    problem
        What was solved.
    trajectories
        Numbers, as the backend returned them.
    method
        Backend and method that were used, such as ``reference:tsit5``.
    why
        Why these; `reason` says besides what the numbers do not show.
    solver
        Solves the same problem at other times.
    outputs
        Names shown in tables; all states when empty.
    times
        Times that the trajectories are at, when they are not the problem's own; one number is no
        axis of results.
    companion
        The same at a tighter tolerance, where the global error was asked for.
    """

    problem: InitialValueProblem
    trajectories: Trajectories
    method: str
    why: str
    solver: Solver = field(repr=False)
    outputs: tuple[str, ...] = ()
    times: Float | None = None
    companion: Solution | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.trajectories.y.flags.writeable = False

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the states, without their sensitivities."""
        return self.problem.states

    @property
    def by(self) -> tuple[str, ...]:
        """Parameters by which sensitivities were computed."""
        return self.problem.by

    @property
    def dims(self) -> tuple[str, ...]:
        """Names of the batch dimensions."""
        return self.problem.labels.names

    @property
    def t(self) -> Float:
        """Output times, (time,)."""
        return read_only(self.problem.t_eval if self.times is None else self.times)

    @property
    def y(self) -> Float:
        """States, (state, *batch dimensions, time)."""
        plain, problem = self._plain(), self.problem
        if self.times is None and not problem.labels.dimensions:
            return plain[:, 0]
        return plain.reshape(len(self.states), *problem.labels.shape, *self.t.shape)

    def _plain(self) -> Float:
        return self.trajectories.y[: len(self.states)]

    @cached_property
    def reason(self) -> str:
        """Why it was solved so, and what is to be known of it; see `answer.notices`."""
        by_steps = not self.method.startswith("exact")
        told = notices(self.problem, self._plain(), by_steps=by_steps)
        return "; ".join((self.why, *told))

    @property
    def success(self) -> bool:
        """Whether every trajectory reached its end, or was stopped by an event."""
        return all_good(self.trajectories.status)

    @property
    def error(self) -> GlobalError:
        """Estimated global error of every value: ``sol.error["T"]``.

        Raises
        ------
        InputError
            If it was not asked for.
        """
        if self.companion is None:
            raise InputError('error: was not asked for; solve(…, error="global") estimates it')
        return GlobalError(self, self.companion)

    @property
    def nfev(self) -> int:
        """Evaluations of the vector field, all trajectories together."""
        return int(self.trajectories.n_evaluations.sum())

    @property
    def message(self) -> str:
        """How it ended, in words; of a batch, how the first failure did."""
        failed = np.flatnonzero(~good(self.trajectories.status))
        return self.explain(int(failed[0]) if failed.size else 0)

    def explain(self, member: int) -> str:
        """Return how one trajectory ended: where, which state was to blame, what to try."""
        return explain(self.problem, self.trajectories, member)

    @property
    def outcome(self) -> Outcome:
        """How each trajectory ended: counts and reasons."""
        return Outcome(self.problem, self.trajectories)

    @property
    def events(self) -> Any:
        """What happened on the way (pandas.DataFrame): time, rule, states before and after.

        Batch dimensions are columns; units are in ``attrs["units"]``. Empty when nothing happened.
        """
        return events_table(self.problem, self.trajectories.log, self.states)

    def check(self) -> Solution:
        """Return this solution, or raise if a trajectory did not reach its end.

        Raises
        ------
        SolveError
            With time, state and remedy of the first failure, and this as ``error.solution``.
        """
        if self.success:
            return self
        error = SolveError(f"{self.method}: {self.message}")
        error.solution = self  # pyright: ignore[reportAttributeAccessIssue]
        raise error

    def __getitem__(self, name: str) -> Any:
        """Return a state or definition as a labelled array (xarray.DataArray), time last.

        Raises
        ------
        UnknownNameError
            If the model has no such state or definition.
        """
        self._require_name(name)
        unit = self.problem.labels.units.get(name, "")
        if name in self.states:
            values = self.trajectories.y[self.states.index(name)]
        else:
            values = self._points().read(name)
        return self._over_time(name, values, unit)

    def _require_name(self, name: object) -> None:
        if not isinstance(name, str):
            raise UnknownNameError(
                f"got {name!r:.60}; a solution is read by one name at a time, and has "
                f"{listing(self.states)}; to_xarray() has all by name, y and t as plain arrays"
            )

    def _points(self) -> Points:
        return Points.along(self.problem, self.t, self.trajectories.y)

    def _over_time(self, name: str, values: Float, unit: str) -> Any:
        return over_time(self.problem, self.times, name, values, unit)

    def at(self, times: float | Any) -> Solution:
        """Return the solution at other times, by solving again with the same tolerances.

        The steps are the same where a backend has dense output, so the values are those that
        would have been saved; a call costs as much as the solution did.

        Parameters
        ----------
        times
            One time, which then is no axis of the result, or an array of times; within the
            interval that was solved, in any order.

        Raises
        ------
        InputError
            If a time lies outside.
        """
        given, chosen = at_times(self.problem, self.solver, times)
        tighter = self.companion and self.companion.at(times)
        return replace(self, trajectories=chosen, times=given, companion=tighter)

    def when(self, condition: str) -> Any:
        """Return the time at which a condition first holds, in every member (xarray.DataArray).

        Parameters
        ----------
        condition
            A comparison of states, definitions, parameters and time, such as ``"T < 60"``. Where
            it never holds the result is nan.

        Raises
        ------
        SpecificationError, UnknownNameError
            If the condition cannot be read, or uses a name the model does not have.
        """
        found = first_times(self.problem, self.solver, condition)
        return over_members(self.problem, condition, found, self.problem.labels.time_unit)

    def gradient(self, name: str, by: str) -> Any:
        """Return the derivative of a state or definition by a parameter or start value.

        Returns
        -------
        xarray.DataArray
            Like ``sol[name]``.

        Raises
        ------
        InputError
            If sensitivities by that parameter were not asked for.
        """
        self._require_name(name)
        by = self._differentiated(by)
        unit, per = (self.problem.labels.units.get(n, "") for n in (name, by))
        top = f"({unit})" if "/" in unit else unit or "1"
        values = self._points().gradient(name, by)
        return self._over_time(
            sensitivity_name(name, by), values, f"{top}/({per})" if per else unit
        )

    def _differentiated(self, by: str) -> str:
        known = self.problem.model.canonical(by) if self.problem.model else by
        if known not in self.by:
            raise InputError(
                f"gradient: no sensitivities by {by} were computed; "
                f"solve(…, sensitivities=[{by!r}]) computes them"
            )
        return known

    def difference(self, other: Solution | Exact) -> Difference:
        """Return the largest gap to another solution or a closed form, and when it occurs.

        Raises
        ------
        InputError
            If the other is neither, has different states, or does not cover the times of this one.
        """
        if not isinstance(other, Solution) and not hasattr(other, "tape"):
            raise InputError(
                f"difference: got {other!r:.60}; expected a Solution, or what solve_exactly returns"
            )
        rows = same_states(self.states, other.states)
        if isinstance(other, Solution):
            values = other.at(self.t.reshape(-1))._plain()
        else:
            values = exactly(other, self._points()).reshape(-1, *self.trajectories.y.shape[1:])
        return largest_difference(self.problem, self.t, self.states, self._plain(), values[rows])

    def to_xarray(self) -> Any:
        """Return states and observables, or the outputs asked for, as one xarray.Dataset."""
        data = {name: self[name] for name in self._shown}
        return load("xarray").Dataset(data, attrs={"method": self.method, "reason": self.reason})

    @property
    def _shown(self) -> tuple[str, ...]:
        return self.outputs or shown_names(self.problem)

    def to_dataframe(self) -> Any:
        """Return states and observables as a pandas.DataFrame, one row per member and time."""
        order = [*self.dims, *(["time"] if self.t.ndim else [])]
        return self.to_xarray().to_dataframe(dim_order=order).reset_index()

    def plot(self, **options: Any) -> Any:
        """Draw the trajectories; see `ratelaw.plot`.

        Where only the end was given, curves pass through more times than were saved.
        """
        from .plot.options import check_options
        from .plot.trajectories import trajectories

        check_options(trajectories, options)
        log = self.trajectories.log
        happened = jumps(self.problem, log, self._shown) if log and self.t.ndim else None
        shown = self if options.get("marker") else self._smooth()
        return trajectories(shown.to_xarray(), happened, **options)

    def _smooth(self) -> Solution:
        """Return the same at as many times as bends of a curve need, where none were asked for."""
        given, first, last = self.t, self.problem.t0, self.problem.t_end
        if self.problem.batch > SMOOTH_MEMBERS or not is_default(given, first):
            return self
        return replace(self, companion=None).at(np.linspace(first, last, SMOOTH))

    def __repr__(self) -> str:
        rows = [head(self.problem, self.t), f"  method   {self.method}: {self.reason}"]
        rows += ending(self.problem, self.trajectories)
        if self.companion and len(self.states) <= FEW:
            most = (f"{name} {error:.1e}" for name, error in self.error.largest.items())
            rows.append("  error    at most " + ", ".join(most) + " (estimated)")
        return "\n".join(rows)
