"""The solution: trajectories with named axes, and how each of them ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from ..models.errors import InputError, SolveError, UnknownNameError, did_you_mean, listing
from ..models.lazy import load
from ..models.lower import lower_expression
from ..models.read import read_condition
from ..models.sensitivity import sensitivity_name
from ..models.tape import Tape
from .arrays import BatchTime, Float, Int, StateBatchTime
from .evaluate import rows_function, system_arguments
from .problem import InitialValueProblem
from .status import Status


@dataclass(frozen=True, eq=False)
class Trajectories:
    """What a backend returns.

    Parameters
    ----------
    y
        States, (state, batch, time); nan after a trajectory ended early.
    status
        `Status` of each, (batch,).
    t
        Where each ended, (batch,).
    state
        Which state was to blame, (batch,), or -1.
    n_steps, n_rejected, n_evaluations
        Counts, (batch,).
    crossings
        When each condition first turned positive, (condition, batch); nan if never.
    message
        What a third-party integrator said about the first failure.
    n_handed_over
        How many a first method gave up as stiff and a second one solved.
    """

    y: StateBatchTime
    status: Int
    t: BatchTime
    state: Int
    n_steps: Int
    n_rejected: Int
    n_evaluations: Int
    crossings: Float | None = None
    message: str = ""
    n_handed_over: int = 0

    @classmethod
    def join(cls, parts: Sequence[Trajectories]) -> Trajectories:
        """Return several batches as one."""
        if len(parts) == 1:
            return parts[0]
        crossings = [p.crossings for p in parts if p.crossings is not None]
        return cls(
            np.concatenate([p.y for p in parts], axis=1),
            *(
                np.concatenate([getattr(p, name) for p in parts])
                for name in ("status", "t", "state", "n_steps", "n_rejected", "n_evaluations")
            ),
            np.concatenate(crossings, axis=1) if crossings else None,
            next((p.message for p in parts if p.message), ""),
            sum(p.n_handed_over for p in parts),
        )

    def put(self, chosen: Int, other: Trajectories) -> Trajectories:
        """Return these with the trajectories at `chosen` replaced."""
        copies = {
            name: np.array(getattr(self, name))
            for name in ("status", "t", "state", "n_steps", "n_rejected", "n_evaluations")
        }
        for name, copy in copies.items():
            copy[chosen] = getattr(other, name)
        y = self.y.copy()
        y[:, chosen] = other.y
        crossings = None if self.crossings is None else self.crossings.copy()
        if crossings is not None and other.crossings is not None:
            crossings[:, chosen] = other.crossings
        return Trajectories(y, **copies, crossings=crossings, message=other.message or self.message)


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
class Solution:
    """Trajectories of a problem, read by name.

    ``sol["T"]`` is a labelled array, ``sol.at(30)`` the solution at other times, ``sol.y`` the plain
    numbers with states first.

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
        Names shown; all states when empty.
    by
        Parameters by which sensitivities were computed.
    """

    problem: InitialValueProblem
    trajectories: Trajectories
    method: str
    reason: str
    solver: Solver = field(repr=False)
    outputs: tuple[str, ...] = ()
    by: tuple[str, ...] = ()

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the states, without their sensitivities."""
        states = self.problem.system.states
        return states[: len(states) // (1 + len(self.by))]

    @property
    def dims(self) -> tuple[str, ...]:
        """Names of the batch dimensions."""
        return tuple(name for name, _ in self.problem.labels.dimensions)

    @property
    def t(self) -> Float:
        """Output times, (time,)."""
        return self.problem.t_eval

    @property
    def y(self) -> Float:
        """States, (state, *batch dimensions, time)."""
        return self._shaped(self.trajectories.y[: len(self.states)])

    def _shaped(self, values: Float) -> Float:
        return values.reshape(values.shape[0], *self.problem.labels.shape, *values.shape[2:])

    @property
    def success(self) -> bool:
        """Whether every trajectory reached its end."""
        return bool((self.trajectories.status == Status.SUCCESS).all())

    @property
    def nfev(self) -> int:
        """Evaluations of the vector field, all trajectories together."""
        return int(self.trajectories.n_evaluations.sum())

    @property
    def message(self) -> str:
        """How it ended, in words; of a batch, how the first failure did."""
        failed = np.flatnonzero(self.trajectories.status != Status.SUCCESS)
        return Status.SUCCESS.cause if not failed.size else self.explain(int(failed[0]))

    def explain(self, member: int) -> str:
        """Return how one trajectory ended: where, which state, what to try."""
        how = self.trajectories
        status = Status(int(how.status[member]))
        if status is Status.SUCCESS:
            return status.cause
        t_end, unit = self.problem.t_end, self.problem.labels.time_unit
        blamed = int(how.state[member])
        who = f" (state {self.problem.system.states[blamed]})" if blamed >= 0 else ""
        steps = f" after {how.n_steps[member]:,} steps".replace(",", " ")
        said = f"; {how.message}" if how.message else ""
        where = f"t = {how.t[member]:.6g} of {t_end:g}{f' {unit}' if unit else ''}"
        return f"{status.cause}: reached {where}{who}{steps}{said}. Remedy: {status.remedy}"

    @property
    def outcome(self) -> Outcome:
        """How each trajectory ended: counts and reasons."""
        return Outcome(self)

    def check(self) -> Solution:
        """Return this solution, or raise if a trajectory did not reach its end.

        Raises
        ------
        SolveError
            With time, state and remedy of the first failure, and this as ``error.solution``.
        """
        if self.success:
            return self
        error = SolveError(f"{self.method} {self.message}")
        error.solution = self  # pyright: ignore[reportAttributeAccessIssue]
        raise error

    def __getitem__(self, name: str) -> Any:
        """Return a state or definition as a labelled array (xarray.DataArray), time last.

        Raises
        ------
        UnknownNameError
            If the model has no such state or definition.
        """
        return self._labelled(name, self._values(name))

    def _values(self, name: str) -> Float:
        if name in self.states:
            return self.trajectories.y[self.states.index(name)]
        model = self.problem.model
        for definition in model.definitions if model else ():
            if definition.name == name and model:
                return self._evaluate(lower_expression(model, definition.formula))[0]
        known = [*self.states, *(d.name for d in (model.definitions if model else ()))]
        raise UnknownNameError(
            f"no {name} in this solution; it has {listing(known)}.{did_you_mean(name, known)}"
        )

    def _evaluate(self, tape: Tape) -> Float:
        """Return a tape of time, states and parameters on every point, (output, batch, time)."""
        system = self.problem.system
        n_states = len(self.states)
        function = rows_function(tape, "observe", system_arguments(n_states, system.n_parameters))
        n_batch, n_time = self.problem.batch, len(self.t)
        y = self.trajectories.y[:n_states].reshape(n_states, -1)
        rows = function(np.tile(self.t, n_batch), y, np.repeat(self.problem.p, n_time, axis=1))
        return rows.reshape(len(tape.outputs), n_batch, n_time)

    def _labelled(self, name: str, values: Float, unit: str | None = None) -> Any:
        labels = self.problem.labels
        xarray = load("xarray")
        time = xarray.Variable(
            ("time",), self.t, {"units": labels.time_unit} if labels.time_unit else {}
        )
        coords = {n: self._coordinate(n, c) for n, c in labels.dimensions}
        units = labels.units.get(name, "") if unit is None else unit
        return xarray.DataArray(
            values.reshape(*labels.shape, *values.shape[1:]),
            dims=(*self.dims, "time"),
            coords={**coords, "time": time},
            name=name,
            attrs={"units": units} if units else {},
        )

    def _coordinate(self, name: str, values: Float) -> Any:
        unit = self.problem.labels.units.get(name, "")
        return load("xarray").Variable((name,), values, {"units": unit} if unit else {})

    def at(self, times: float | Any) -> Solution:
        """Return the solution at other times, by dense output of the same steps.

        Parameters
        ----------
        times
            One time or an array, within the interval that was solved.

        Raises
        ------
        InputError
            If a time lies outside.
        """
        t = np.atleast_1d(np.asarray(times, dtype=np.float64))
        low, high = sorted((self.problem.t0, self.problem.t_end))
        outside = t[(t < low) | (t > high) | ~np.isfinite(t)]
        if outside.size:
            raise InputError(f"times: got {outside[0]:g}; the solution covers {low:g} to {high:g}")
        wanted = np.union1d(t, [self.problem.t_end])[:: int(self.problem.direction)]
        again = self.solver(replace(self.problem, t_eval=wanted))
        order = np.argsort(wanted)
        place = order[np.searchsorted(wanted, t, sorter=order)]
        chosen = replace(again, y=again.y[:, :, place])
        return replace(self, problem=replace(self.problem, t_eval=t), trajectories=chosen)

    def when(self, condition: str) -> Any:
        """Return the time at which a condition first holds, in every member (xarray.DataArray).

        Parameters
        ----------
        condition
            A comparison of states, parameters and time, such as ``"T < 60"``. Where it never
            holds the result is nan.
        """
        model = self.problem.model
        if model is None:
            raise InputError("when: this solution was made without a model, so it has no names")
        tape = read_condition(condition)
        known = {model.time, *model.units}
        unknown = [n for n in tape.inputs if n not in known]
        if unknown:
            raise UnknownNameError(
                f"condition {condition!r}: no {unknown[0]} in this model; it has "
                f"{listing(sorted(known))}.{did_you_mean(unknown[0], known)}"
            )
        watched = replace(self.problem, conditions=lower_expression(model, tape))
        found = self.solver(watched).crossings
        assert found is not None  # a solver reports on every condition it was given
        labels = self.problem.labels
        attrs = {"units": labels.time_unit} if labels.time_unit else {}
        return load("xarray").DataArray(
            found[0].reshape(labels.shape), dims=self.dims, name=condition,
            coords={n: self._coordinate(n, c) for n, c in labels.dimensions}, attrs=attrs,
        )  # fmt: skip

    def gradient(self, name: str, by: str) -> Any:
        """Return the derivative of a state by a parameter or start value (xarray.DataArray).

        Raises
        ------
        InputError
            If sensitivities by that parameter were not asked for.
        """
        if name not in self.states:
            self._values(name)  # raises for a name that is nowhere
            raise InputError(f"gradient: {name} is a definition; ask for a state: {listing(self.states)}")
        if by not in self.by:
            raise InputError(
                f"gradient: no sensitivities by {by} were computed; "
                f"solve(…, sensitivities=[{by!r}]) computes them"
            )
        row = self.problem.system.states.index(sensitivity_name(name, by))
        return self._labelled(sensitivity_name(name, by), self.trajectories.y[row])

    def difference(self, other: Solution | Exact) -> Difference:
        """Return the largest gap to another solution or a closed form, and when it occurs."""
        if isinstance(other, Solution):
            values = other.at(self.t).trajectories.y[: len(self.states)]
        else:
            values = self._exactly(other)
        gap = np.abs(self.trajectories.y[: len(self.states)] - values)
        worst = np.unravel_index(int(np.nanargmax(gap)), gap.shape)
        return Difference(
            float(gap[worst]), float(self.t[worst[2]]), self.states[int(worst[0])],
            self.problem.labels.units.get(self.states[int(worst[0])], ""),
            self.problem.labels.time_unit,
        )  # fmt: skip

    def _exactly(self, exact: Exact) -> Float:
        system = self.problem.system
        arguments = (("t", None), ("p", system.n_parameters))
        function = rows_function(exact.tape, "exact", arguments)
        n_batch, n_time = self.problem.batch, len(self.t)
        rows = function(np.tile(self.t, n_batch), np.repeat(self.problem.p, n_time, axis=1))
        return rows.reshape(len(exact.states), n_batch, n_time)

    def to_xarray(self) -> Any:
        """Return every state as one xarray.Dataset."""
        names = self.outputs or self.states
        data = {name: self[name] for name in names}
        return load("xarray").Dataset(data, attrs={"method": self.method, "reason": self.reason})

    def to_dataframe(self) -> Any:
        """Return every state as a pandas.DataFrame, one row per time and member."""
        frame = self.to_xarray().to_dataframe()
        return frame.reset_index()

    def plot(self, **options: Any) -> Any:
        """Draw the trajectories; see `ratelaw.plot`."""
        from .plot.trajectories import trajectories

        return trajectories(self.to_xarray(), **options)

    @cached_property
    def _head(self) -> str:
        count = self.problem.batch
        unit = self.problem.labels.time_unit
        span = f"{self.problem.t0:g} to {self.t[-1]:g}{f' {unit}' if unit else ''}"
        sizes = ", ".join(f"{n}: {len(c)}" for n, c in self.problem.labels.dimensions)
        what = f"{count:,} trajectories ({sizes})" if sizes else "one trajectory"
        return f"Solution of {listing(self.states)}: {what}, {self.problem.system.time} from {span}"

    def __repr__(self) -> str:
        rows = [self._head, f"  method  {self.method}: {self.reason}", f"  outcome {self.outcome}"]
        if self.problem.batch == 1 and len(self.states) <= 8:
            ends = ", ".join(
                f"{n} = {v:.6g}" for n, v in zip(self.states, self.trajectories.y[:, 0, -1], strict=False)
            )
            rows.append(f"  end     {ends}")
        return "\n".join(rows)


@dataclass(frozen=True)
class Difference:
    """Largest gap between two solutions: how large, when and in which state."""

    largest: float
    time: float
    state: str
    unit: str = ""
    time_unit: str = ""

    def __str__(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        time = f" {self.time_unit}" if self.time_unit else ""
        return f"largest difference {self.largest:.2g}{unit} in {self.state}, at t = {self.time:g}{time}"

    __repr__ = __str__

    def __float__(self) -> float:
        return self.largest


@dataclass(frozen=True)
class Outcome:
    """How many trajectories ended in which way, and why the first of each did."""

    solution: Solution = field(repr=False)

    @property
    def counts(self) -> dict[Status, int]:
        """Number of trajectories of each status."""
        found = Counter(Status(int(s)) for s in self.solution.trajectories.status)
        return dict(sorted(found.items()))

    def __getitem__(self, status: Status | str) -> int:
        key = Status[status.upper()] if isinstance(status, str) else status
        return self.counts.get(key, 0)

    def __str__(self) -> str:
        total = self.solution.problem.batch
        if self.counts == {Status.SUCCESS: total}:
            return "reached the end" if total == 1 else f"all {total:,} reached the end"
        return "\n".join(self._row(status, count) for status, count in self.counts.items())

    __repr__ = __str__

    def _row(self, status: Status, count: int) -> str:
        if status is Status.SUCCESS:
            return f"{count:,} {status.cause}"
        first = int(np.flatnonzero(self.solution.trajectories.status == status)[0])
        return f"{count:,} did not: number {first} {self.solution.explain(first)}"
