"""The solution: trajectories with named axes, and how each of them ended."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ..models.errors import InputError, SolveError, UnknownNameError, did_you_mean, grouped, listing
from ..models.language.read import read_condition, read_sides
from ..models.lazy import load
from ..models.lower import lower_expression
from ..models.model import Model
from ..models.notebook import Printed
from ..models.sensitivity import sensitivity_name
from ..models.tape import Builder, Tape
from ..models.tape.differentiate import accumulate
from ..models.units.check import check_sides
from .arrays import Float, read_only
from .difference import Difference, largest_difference, same_states
from .evaluate import rows_function, system_arguments
from .events_table import counted, events_table
from .global_error import GlobalError
from .labelling import over_members, over_time
from .outcome import Outcome, explain
from .problem import InitialValueProblem, finite_times
from .status import Status, good
from .trajectories import Trajectories

if TYPE_CHECKING:
    from .plot.jumps import Jumps


class Solver(Protocol):
    """Anything that can solve a problem again, at other times or watching conditions."""

    def __call__(self, problem: InitialValueProblem) -> Trajectories:
        """Return the trajectories of a problem."""
        ...


class Exact(Protocol):
    """A closed form, as far as a solution needs to know it."""

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the states."""
        ...

    @property
    def tape(self) -> Tape:
        """States from time and parameters."""
        ...


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
    reason
        Why these.
    solver
        Solves the same problem at other times.
    outputs
        Names shown in tables; all states when empty.
    by
        Parameters by which sensitivities were computed.
    times
        Times that the trajectories are at, when they are not the problem's own; one number is no
        axis of results.
    companion
        The same at a tighter tolerance, where the global error was asked for.
    """

    problem: InitialValueProblem
    trajectories: Trajectories
    method: str
    reason: str
    solver: Solver = field(repr=False)
    outputs: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    times: Float | None = None
    companion: Solution | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        kept = replace(self.trajectories, y=read_only(self.trajectories.y))
        object.__setattr__(self, "trajectories", kept)

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the states, without their sensitivities."""
        states = self.problem.system.states
        return states[: len(states) // (1 + len(self.by))]

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
        return self._plain().reshape(len(self.states), *self.problem.labels.shape, *self.t.shape)

    def _plain(self) -> Float:
        return self.trajectories.y[: len(self.states)]

    @property
    def success(self) -> bool:
        """Whether every trajectory reached its end, or was stopped by an event."""
        return bool(good(self.trajectories.status).all())

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
        return self._over_time(name, self._values(name), self.problem.labels.units.get(name, ""))

    def _require_name(self, name: object) -> None:
        if not isinstance(name, str):
            raise UnknownNameError(
                f"got {name!r:.60}; a solution is read by one name at a time, and has "
                f"{listing(self.states)}; to_xarray() has all by name, y and t as plain arrays"
            )

    def _over_time(self, name: str, values: Float, unit: str) -> Any:
        return over_time(self.problem, self.t, name, values, unit)

    def _values(self, name: str) -> Float:
        """Return a state or definition, (batch, time)."""
        if name in self.states:
            return self.trajectories.y[self.states.index(name)]
        y = self.trajectories.y
        t, p = self._points()
        return self._observe(name, t, y.reshape(len(y), -1), p).reshape(y.shape[1:])

    def _observe(self, name: str, t: Float, y: Float, p: Float) -> Float:
        """Return a state or definition at some points, (point,)."""
        if name in self.states:
            return y[self.states.index(name)]
        model = self.problem.model
        definitions = {d.name: d for d in model.definitions} if model else {}
        if model and name in definitions:
            tape = lower_expression(model, definitions[name].formula)
            return self._rows(tape, t, y, p)[0]
        known = [*self.states, *definitions]
        raise UnknownNameError(
            f"no {name} in this solution; it has {listing(known)}.{did_you_mean(name, known)}"
        )

    def _evaluate(self, tape: Tape) -> Float:
        """Return a tape of some of the system's inputs on every point, (output, batch, time)."""
        y = self.trajectories.y
        t, p = self._points()
        return self._rows(tape, t, y.reshape(len(y), -1), p).reshape(-1, *y.shape[1:])

    def _rows(self, tape: Tape, t: Float, y: Float, p: Float) -> Float:
        """Return a tape of some of the system's inputs at some points, (output, point)."""
        system = self.problem.system
        arguments = system_arguments(system.n_states, system.n_parameters)
        return rows_function(self._widened(tape), "observe", arguments)(t, y, p)

    def _widened(self, tape: Tape) -> Tape:
        """Return a tape as one of all inputs of the system, sensitivities included."""
        builder = Builder(self.problem.system.vector_field.inputs)
        return builder.finish(builder.inline(tape, [builder.input(n) for n in tape.inputs]))

    def _points(self) -> tuple[Float, Float]:
        """Return the time and the parameters of every point, members first."""
        n_batch, n_time = self.trajectories.y.shape[1:]
        return np.tile(self.t, n_batch), np.repeat(self.problem.p, n_time, axis=1)

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
        given = finite_times(times)
        t = given.reshape(-1)
        low, high = sorted((self.problem.t0, self.problem.t_end))
        outside = t[(t < low) | (t > high)]
        if outside.size:
            raise InputError(f"times: got {outside[0]:g}; the solution covers {low:g} to {high:g}")
        # The steps stay the same only if the end does.
        sorted_t, place = np.unique([*t, self.problem.t_end], return_inverse=True)
        if self.problem.direction < 0:
            sorted_t, place = sorted_t[::-1], len(sorted_t) - 1 - place
        again = self.solver(replace(self.problem, t_eval=sorted_t))
        chosen = replace(again, y=again.y[:, :, place[:-1]])
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
        model = self._model("when")
        tape = read_condition(condition)
        known = sorted(
            {model.time, *model.units} - {model.start_name(s.name) for s in model.states}
        )
        unknown = [n for n in tape.inputs if n not in known]
        if unknown:
            raise UnknownNameError(
                f"condition {condition!r}: no {unknown[0]} in this model; it has "
                f"{listing(known)}.{did_you_mean(unknown[0], known)}"
            )
        check_sides(model, *read_sides(condition), condition)
        watched = self._widened(lower_expression(model, tape))
        found = self.solver(replace(self.problem, conditions=watched)).crossings
        assert found is not None  # a solver reports on every condition it was given
        return over_members(self.problem, condition, found[0], self.problem.labels.time_unit)

    def _model(self, asked: str) -> Model:
        if self.problem.model is None:
            raise InputError(f"{asked}: this solution was made without a model, so it has no names")
        return self.problem.model

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
        known = {self.problem.model.canonical(by)} if self.problem.model else {by}
        if not known & set(self.by):
            raise InputError(
                f"gradient: no sensitivities by {by} were computed; "
                f"solve(…, sensitivities=[{by!r}]) computes them"
            )
        (by,) = known
        unit, per = (self.problem.labels.units.get(n, "") for n in (name, by))
        top = f"({unit})" if "/" in unit else unit or "1"
        values = self._gradient(name, by)
        return self._over_time(
            sensitivity_name(name, by), values, f"{top}/({per})" if per else unit
        )

    def _gradient(self, name: str, by: str) -> Float:
        if name in self.states:
            row = self.problem.system.states.index(sensitivity_name(name, by))
            return self.trajectories.y[row]
        self._values(name)  # raises for a name that is nowhere
        model = self._model("gradient")
        formula = next(d.formula for d in model.definitions if d.name == name)
        return self._evaluate(self._chain(lower_expression(model, formula), by))[0]

    def _chain(self, tape: Tape, by: str) -> Tape:
        """Return the derivative of a tape along the sensitivities by one parameter."""
        builder = Builder(self.problem.system.vector_field.inputs)
        seeds = {
            tape.inputs.index(s): {0: builder.input(sensitivity_name(s, by))} for s in self.states
        }
        seeds[tape.inputs.index(by)] = {0: builder.constant(1.0)}
        bindings = [builder.input(name) for name in tape.inputs]
        _, partials = accumulate(builder, tape, bindings, seeds)
        return builder.finish(p.get(0, 0.0) for p in partials)

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
            values = self._exactly(other)
        return largest_difference(self.problem, self.t, self.states, self._plain(), values[rows])

    def _exactly(self, exact: Exact) -> Float:
        known, wanted = self.problem.system.parameters, exact.tape.inputs[1:]
        missing = [name for name in wanted if name not in known]
        if missing:
            raise InputError(
                f"difference: the closed form needs {listing(missing)}; got {listing(known)}"
            )
        t, p = self._points()
        arguments = (("t", None), ("p", len(wanted)))
        rows = rows_function(exact.tape, "exact", arguments)(t, p[[known.index(n) for n in wanted]])
        return rows.reshape(len(rows), *self.trajectories.y.shape[1:])

    def to_xarray(self) -> Any:
        """Return states and observables, or the outputs asked for, as one xarray.Dataset."""
        data = {name: self[name] for name in self.outputs or (*self.states, *self._observables)}
        return load("xarray").Dataset(data, attrs={"method": self.method, "reason": self.reason})

    @property
    def _observables(self) -> tuple[str, ...]:
        """What the model says is measured."""
        model = self.problem.model
        return tuple(d.name for d in model.definitions if d.role == "observe") if model else ()

    def to_dataframe(self) -> Any:
        """Return states and observables as a pandas.DataFrame, one row per member and time."""
        dataset = self.to_xarray()
        order = [*self.dims, *(["time"] if self.t.ndim else [])]
        return dataset.to_dataframe(dim_order=order).reset_index()

    def plot(self, **options: Any) -> Any:
        """Draw the trajectories; see `ratelaw.plot`."""
        from .plot.options import check_options
        from .plot.trajectories import trajectories

        check_options(trajectories, options)
        return trajectories(self.to_xarray(), self._jumps(), **options)

    def _jumps(self) -> Jumps | None:
        """Return what events did to what is drawn; None if nothing happened."""
        from .plot.jumps import Jumps

        log = self.trajectories.log
        if not log or not self.t.ndim:
            return None
        p = self.problem.p[:, log.member]
        before, after = (np.nextafter(log.time, -np.inf), log.before), (log.time, log.after)
        values = {
            name: (self._observe(name, *before, p), self._observe(name, *after, p))
            for name in self.outputs or (*self.states, *self._observables)
        }
        return Jumps(log.member, log.time, values)

    def __repr__(self) -> str:
        rows = [self._head(), f"  method   {self.method}: {self.reason}"]
        first, *more = str(self.outcome).splitlines()
        rows += [f"  outcome  {first}", *(f"           {line}" for line in more)]
        happened = counted(self.problem, self.trajectories.log)
        rows += [f"  {'' if i else 'events':8} {line}" for i, line in enumerate(happened)]
        if self.success and self.problem.batch == 1 and len(self.states) <= 8:
            ends = zip(self.states, self._ends(), strict=False)
            rows.append("  end      " + ", ".join(f"{name} = {value:.6g}" for name, value in ends))
        if self.companion and len(self.states) <= 8:
            most = (f"{name} {error:.1e}" for name, error in self.error.largest.items())
            rows.append("  error    at most " + ", ".join(most) + " (estimated)")
        return "\n".join(rows)

    def _ends(self) -> Float:
        """Return where one trajectory ended: at its last output, or after the event it met."""
        log = self.trajectories.log
        if log and self.trajectories.status[0] == Status.STOPPED:
            return log.after[:, -1]
        return self._plain()[:, 0, -1]

    def _head(self) -> str:
        labels, system = self.problem.labels, self.problem.system
        unit = f" {labels.time_unit}" if labels.time_unit else ""
        sizes = ", ".join(f"{name}: {len(values)}" for name, values in labels.dimensions)
        what = (
            f"{grouped(self.problem.batch)} trajectories ({sizes})" if sizes else "one trajectory"
        )
        span = (
            f"from {self.problem.t0:g} to {self.problem.t_end:g}"
            if self.t.ndim
            else f"= {self.t:g}"
        )
        return f"Solution of {listing(self.states)}: {what}, {system.time} {span}{unit}"
