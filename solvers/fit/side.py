"""The readings on one side of the start time: one problem, and what it predicts of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from ...models.tape import Tape
from ..arrays import Float, Int, ParameterBatch, StateBatchTime
from ..backend import DifferentiableBackend, RoundTrip, with_sensitivities
from ..evaluate import rows_function
from ..problem import InitialValueProblem
from ..tally import Tally
from .experiment import Readings
from .observation import Observation, evaluate
from .route import Route
from .sums import squares

Outer = Callable[[Float], tuple[Float, Float]]
"""From residuals, (batch, reading), to a value, (batch,), and its derivatives by the residuals."""


class Side:
    """A problem whose output times are those of the readings.

    Parameters
    ----------
    template
        The problem of one trajectory, with the model's own values.
    free
        Names that vary.
    route
        Who solves.
    pairs
        Each observable with its readings, which may lie on the other side too. Results have a
        column for every reading; those of the other side are left alone.
    """

    def __init__(
        self, template: InitialValueProblem, free: tuple[str, ...], route: Route,
        pairs: tuple[tuple[Observation, Readings], ...],
    ) -> None:  # fmt: skip
        self.template, self.free, self.route, self.pairs = template, free, route, pairs
        self.rows = [template.system.parameters.index(name) for name in free]
        self._tallies: dict[tuple[tuple[int, ...], int, bool, bool], Tally] = {}
        self._trips: dict[tuple[tuple[int, ...], int], RoundTrip] = {}
        self.n_data = sum(len(readings.times) for _, readings in pairs)

    def problem(self, natural: ParameterBatch) -> InitialValueProblem:
        """Return the problem of a batch of parameters, (parameter, batch)."""
        system = self.template.system
        p = np.repeat(self.template.p, natural.shape[1], axis=1)
        p[self.rows] = natural
        y0 = rows_function(system.start, "start", (("p", system.n_parameters),))(p)
        return replace(self.template, p=p, y0=y0)

    def pieces(self) -> Iterator[tuple[Observation, Int, Int, Float, Float]]:
        """Yield each observable, its columns in the result, places in time, times and values."""
        sign, begin = self.template.direction, 0
        times = sign * self.template.t_eval
        for observation, readings in self.pairs:
            t = sign * readings.times
            here = np.flatnonzero((t >= times[0]) & (t <= times[-1]))
            place = np.searchsorted(times, t[here])
            yield observation, begin + here, place, readings.times[here], readings.values[here]
            begin += len(t)

    def fill(self, out: Float, tape: Callable[[Observation], Tape], natural: ParameterBatch,
             *, many: bool = False) -> None:  # fmt: skip
        """Write a tape's value at each reading into its column, (batch, reading)."""
        problem = self.problem(natural)
        y = self.route.solve_many(problem) if many else self.route.solve(problem)
        for observation, columns, place, t, values in self.pieces():
            at = y[:, :, place]
            out[:, columns] = evaluate(tape(observation), t, at, problem.p, values)[0]

    def linearise(self, out: Float, natural: ParameterBatch) -> None:
        """Write residuals and derivatives into their columns, (1 + parameter, batch, reading)."""
        problem = self.problem(natural)
        y = self.route.solve(with_sensitivities(problem, self.free))
        for observation, columns, place, t, values in self.pieces():
            out[:, :, columns] = evaluate(observation.linear, t, y[:, :, place], problem.p, values)

    def sums(self, natural: ParameterBatch, noises: tuple[int, ...], n_noises: int) -> Float:
        """Return sums of squares and their derivatives, (noise, 1 + parameter, batch).

        No trajectory is kept where the backend adds up at the readings itself.

        Parameters
        ----------
        natural
            (parameter, batch).
        noises, n_noises
            The number of each observable's noise, and how many there are.
        """
        tally = self._tally(noises, n_noises, slopes=True)
        problem = with_sensitivities(self.problem(natural), self.free)
        found = self.route.each.solve(replace(problem, tally=tally))
        assert found.sums is not None
        return found.sums.reshape(n_noises, 1 + len(self.free), -1)

    def normal(self, natural: ParameterBatch, noises: tuple[int, ...], n_noises: int) -> Float:
        """Return sums of squares, derivatives and products, (noise, sum, batch); see `squares`."""
        tally = self._tally(noises, n_noises, slopes=True, products=True)
        problem = with_sensitivities(self.problem(natural), self.free)
        found = self.route.each.solve(replace(problem, tally=tally))
        assert found.sums is not None
        return found.sums.reshape(n_noises, -1, natural.shape[1])

    @property
    def adds_up(self) -> bool:
        """Whether the backend adds up at the readings itself, so that no trajectory is kept."""
        return self.route.each.backend == "lanes" and not self.template.system.events

    def adjoint(
        self, natural: ParameterBatch, noises: tuple[int, ...], n_noises: int,
        weights: Float | None,
    ) -> Float:  # fmt: skip
        """Return sums of squares, and the derivatives of their weighted sum by going back.

        Parameters
        ----------
        natural, noises, n_noises
            As for `sums`.
        weights
            Of each sum, (noise, batch); ones if not given.

        Returns
        -------
        found
            (noise + parameter, batch).
        """
        assert self.route.back is not None
        if natural.shape[1] == 1:
            alone = self._alone(natural[:, 0], noises, n_noises, weights)
            if alone is not None:
                return alone[:, None]
        tally = self._tally(noises, n_noises, slopes=False)
        tally = replace(tally, by=self.free, weights=weights)
        found = self.route.back.solve(replace(self.problem(natural), tally=tally))
        assert found.sums is not None
        return found.sums

    def _alone(
        self, natural: Float, noises: tuple[int, ...], n_noises: int, weights: Float | None
    ) -> Float | None:
        """Return the same of one set of parameters, (noise + parameter,), if that is made ready."""
        key = noises, n_noises
        if key not in self._trips:
            assert self.route.back is not None
            tally = replace(self._tally(noises, n_noises, slopes=False), by=self.free)
            self._trips[key] = self.route.back.round_trip(replace(self.template, tally=tally))
        p = self.template.p[:, 0].copy()
        p[self.rows] = natural
        return self._trips[key](p, None if weights is None else weights[:, 0])

    def values(self, natural: ParameterBatch, noises: tuple[int, ...], n_noises: int) -> Float:
        """Return sums of squares alone, (noise, batch), by whoever would go back."""
        assert self.route.back is not None
        tally = self._tally(noises, n_noises, slopes=False)
        found = self.route.back.solve(replace(self.problem(natural), tally=tally))
        assert found.sums is not None
        return found.sums

    def _tally(
        self, noises: tuple[int, ...], n_noises: int, *, slopes: bool, products: bool = False
    ) -> Tally:
        key = noises, n_noises, slopes, products
        if key not in self._tallies:
            here = [
                (observation, Readings(readings.observable, t, values), place, noise)
                for (observation, _, place, t, values), (_, readings), noise in zip(
                    self.pieces(), self.pairs, noises, strict=True
                )
                if t.size
            ]
            pieces = [piece[:3] for piece in here]
            own = [noise for *_, noise in here]
            self._tallies[key] = squares(pieces, own, n_noises, slopes=slopes, products=products)
        return self._tallies[key]

    def gradient(self, natural: ParameterBatch, outer: Outer) -> tuple[Float, Float]:
        """Return a function of the residuals and its gradient, by the backend's own derivatives.

        Returns
        -------
        values, gradients
            (batch,) and (parameter, batch).
        """
        problem, backend = self.route.each.place(self.problem(natural)), self.route.backend
        assert isinstance(backend, DifferentiableBackend)

        def by_states(y: StateBatchTime) -> tuple[Float, Float]:
            return self._chain(problem, y, outer)[:2]

        values, gradients, found = backend.value_and_gradient(
            problem, self.route.each.method, self.free, by_states
        )
        return values, gradients + self._chain(problem, found.y, outer)[2]

    def _chain(
        self, problem: InitialValueProblem, y: StateBatchTime, outer: Outer
    ) -> tuple[Float, Float, Float]:
        """Return a function of the residuals, its derivatives by the states and by the parameters.

        The last are those at fixed states, for observables that mention a parameter themselves.
        """
        residuals = np.empty((problem.batch, self.n_data))
        partials: list[Float] = []
        for observation, columns, place, t, values in self.pieces():
            at = (t, y[:, :, place], problem.p, values)
            residuals[:, columns] = evaluate(observation.residual, *at)[0]
            partials.append(evaluate(observation.partials.tape, *at))
        value, slopes = outer(residuals)
        n = len(y)
        states, direct = np.zeros_like(y), np.zeros((len(self.free), problem.batch))
        for (observation, columns, place, *_), entries in zip(self.pieces(), partials, strict=True):
            for column, entry in zip(observation.partials.columns, entries, strict=True):
                with np.errstate(invalid="ignore"):  # of a trajectory that failed
                    term = slopes[:, columns] * entry
                if column < n:
                    np.add.at(states[column].T, place, term.T)  # replicates add up
                else:
                    direct[column - n] += term.sum(axis=1)
        return value, states, direct
