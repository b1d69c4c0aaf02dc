"""One experiment beside what a model predicts of it: residuals and their exact derivatives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ...models.model import Model
from ..arrays import Float, Int, ParameterBatch, StateBatchTime
from ..backend import Backend, DifferentiableBackend, with_sensitivities
from ..backends import SHELF as BACKENDS
from ..choose import choose
from ..evaluate import rows_function
from ..problem import InitialValueProblem, initial_value_problem
from .experiment import Experiment
from .loss import Loss
from .observation import Observation, evaluate

SHARPER = 1e-4  # tolerance of a refinement, relative to that of the search
SHARPEST = 1e-13  # relative tolerance that double precision allows
EXPLICIT, HIGH_ORDER = "reference:tsit5", "scipy:DOP853"  # the second for one trajectory, sharply
MAX_STEPS = 10_000  # of one trajectory; a wild start that needs more has failed

Outer = Callable[[Float], tuple[Float, Float]]
"""From residuals, (batch, reading), to a value, (batch,), and its derivatives by the residuals."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """The readings of one experiment beside a model's predictions, for a batch of parameters.

    Parameters
    ----------
    model
        With a number for every name; those in `free` are replaced.
    experiment
        What was read.
    loss
        How far a reading lies from a prediction.
    free
        Names that vary, in the order of the rows they are given in.
    method, device
        As for `choose`.
    rtol, atol
        Tolerances of the solutions.
    """

    model: Model
    experiment: Experiment
    loss: Loss
    free: tuple[str, ...]
    method: str = "auto"
    device: str = "cpu"
    rtol: float = 1e-8
    atol: float | Mapping[str, float] | None = None

    @cached_property
    def sides(self) -> tuple[Side, ...]:
        """The readings from the start time on, and those before it, each one problem."""
        times, t0 = self.experiment.times, self.model.t0
        ways = (times[times >= t0], times[times < t0][::-1])
        return tuple(Side(self, t) for t in ways if t.size)

    @cached_property
    def observations(self) -> tuple[Observation, ...]:
        """What is compared, one for each observable."""
        names = self.experiment.observables
        return tuple(Observation(self.model, n, self.loss, self.free) for n in names)

    def at(self, rtol: float) -> Comparison:
        """Return the same with another relative tolerance, the absolute one in proportion."""
        atol, shrink = self.atol, rtol / self.rtol
        if isinstance(atol, Mapping):
            atol = {name: value * shrink for name, value in atol.items()}
        elif atol is not None:
            atol = atol * shrink
        return replace(self, rtol=rtol, atol=atol)

    def refined(self) -> Comparison:
        """Return the same with sharper solutions, by a method of high order if it may be chosen."""
        sharp = self.at(max(self.rtol * SHARPER, SHARPEST))
        explicit = all(side.choice.name == EXPLICIT for side in self.sides)
        return replace(sharp, method=HIGH_ORDER) if self.method == "auto" and explicit else sharp

    def residuals(self, natural: ParameterBatch) -> Float:
        """Return residuals with sd = 1, (batch, reading); nan where a solution failed."""
        out = np.empty((natural.shape[1], self.experiment.n_data))
        for side in self.sides:
            side.residuals(natural, out)
        return out

    def linearise(self, natural: ParameterBatch) -> tuple[Float, Float]:
        """Return residuals and their derivatives by the free parameters.

        Returns
        -------
        residuals, jacobian
            (batch, reading) and (batch, reading, parameter).
        """
        out = np.empty((1 + len(self.free), natural.shape[1], self.experiment.n_data))
        for side in self.sides:
            side.linearise(natural, out)
        return out[0], np.ascontiguousarray(np.moveaxis(out[1:], 0, 2))

    def predictions(self, natural: Float) -> Float:
        """Return the prediction for each reading from one set of parameters, (reading,)."""
        out = np.empty((1, self.experiment.n_data))
        for side in self.sides:
            side.predictions(natural[:, None], out)
        return out[0]

    @property
    def differentiable(self) -> bool:
        """Whether the backend has gradients of its own."""
        return len(self.sides) == 1 and isinstance(self.sides[0].backend, DifferentiableBackend)

    def gradient(self, natural: ParameterBatch, outer: Outer) -> tuple[Float, Float]:
        """Return a function of the residuals and its gradient, by the backend's own derivatives.

        Returns
        -------
        values, gradients
            (batch,) and (parameter, batch).
        """
        (side,) = self.sides
        return side.gradient(natural, outer)


class Side:
    """Readings on one side of the start time: one problem and, per observable, where they fall."""

    def __init__(self, comparison: Comparison, times: Float) -> None:
        self.comparison = comparison
        self.template = initial_value_problem(
            comparison.model, times, rtol=comparison.rtol, atol=comparison.atol, max_steps=MAX_STEPS
        )
        names = self.template.system.parameters
        self.rows = [names.index(n) for n in comparison.free]
        nominal = with_sensitivities(self.template, comparison.free)
        # Chosen once, by the model's own values: no start may change who solves another.
        self.choice = choose(nominal, comparison.method, comparison.device)

    @property
    def backend(self) -> Backend:
        """Who solves."""
        return BACKENDS[self.choice.backend]

    def problem(self, natural: ParameterBatch) -> InitialValueProblem:
        """Return the problem of a batch of parameters, (parameter, batch)."""
        system = self.template.system
        p = np.repeat(self.template.p, natural.shape[1], axis=1)
        p[self.rows] = natural
        y0 = rows_function(system.start, "start", (("p", system.n_parameters),))(p)
        return replace(self.template, p=p, y0=y0)

    def pieces(self) -> Iterator[tuple[Observation, Int, Int, Float, Float]]:
        """Yield each observable, its columns in the result, places in time, times and values."""
        times, sign = self.template.t_eval, self.template.direction
        begin = 0
        for observation, readings in zip(
            self.comparison.observations, self.comparison.experiment.readings, strict=True
        ):
            t, values = readings.times, readings.values
            here = np.flatnonzero((sign * t >= sign * times[0]) & (sign * t <= sign * times[-1]))
            place = np.searchsorted(sign * times, sign * t[here])
            yield observation, begin + here, place, t[here], values[here]
            begin += len(t)

    def residuals(self, natural: ParameterBatch, out: Float) -> None:
        """Write the residuals of these readings into their columns, (batch, reading)."""
        problem = self.problem(natural)
        y = self.choice.solve(problem).y
        for observation, columns, place, t, values in self.pieces():
            out[:, columns] = evaluate(observation.residual, t, y[:, :, place], problem.p, values)[
                0
            ]

    def linearise(self, natural: ParameterBatch, out: Float) -> None:
        """Write residuals and derivatives into their columns, (1 + parameter, batch, reading)."""
        problem = self.problem(natural)
        y = self.choice.solve(with_sensitivities(problem, self.comparison.free)).y
        for observation, columns, place, t, values in self.pieces():
            out[:, :, columns] = evaluate(observation.linear, t, y[:, :, place], problem.p, values)

    def predictions(self, natural: ParameterBatch, out: Float) -> None:
        """Write the predictions into their columns, (batch, reading)."""
        problem = self.problem(natural)
        y = self.choice.solve(problem).y
        for observation, columns, place, t, values in self.pieces():
            out[:, columns] = evaluate(
                observation.prediction, t, y[:, :, place], problem.p, values
            )[0]

    def gradient(self, natural: ParameterBatch, outer: Outer) -> tuple[Float, Float]:
        """Return a function of the residuals and its gradient; see `Comparison.gradient`."""
        problem, backend, free = self.problem(natural), self.backend, self.comparison.free
        assert isinstance(backend, DifferentiableBackend)

        def by_states(y: StateBatchTime) -> tuple[Float, Float]:
            return self._chain(problem, y, outer)[:2]

        values, gradients, found = backend.value_and_gradient(
            problem, self.choice.method, free, by_states
        )
        return values, gradients + self._chain(problem, found.y, outer)[2]

    def _chain(
        self, problem: InitialValueProblem, y: StateBatchTime, outer: Outer
    ) -> tuple[Float, Float, Float]:
        """Return a function of the residuals, its derivatives by the states and by the parameters.

        The last are those at fixed states, for observables that mention a parameter themselves.
        """
        residuals = np.empty((problem.batch, self.comparison.experiment.n_data))
        partials: list[Float] = []
        for observation, columns, place, t, reading in self.pieces():
            at = (t, y[:, :, place], problem.p, reading)
            residuals[:, columns] = evaluate(observation.residual, *at)[0]
            partials.append(evaluate(observation.partials.tape, *at))
        values, slopes = outer(residuals)
        n = len(y)
        states, direct = np.zeros_like(y), np.zeros((len(self.comparison.free), problem.batch))
        for (observation, columns, place, *_), entries in zip(self.pieces(), partials, strict=True):
            for column, entry in zip(observation.partials.columns, entries, strict=True):
                term = slopes[:, columns] * entry
                if column < n:
                    np.add.at(states[column].T, place, term.T)  # replicates add up
                else:
                    direct[column - n] += term.sum(axis=1)
        return values, states, direct
