"""One experiment beside what a model predicts of it: residuals and their exact derivatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ...models.model import Model
from ..arrays import Float, ParameterBatch
from ..backend import DifferentiableBackend
from ..problem import initial_value_problem
from .experiment import Experiment
from .loss import Loss
from .observation import Observation
from .route import Route
from .side import Outer, Side

SHARPER = 1e-4  # tolerance of a refinement, relative to that of the search
SHARPEST = 1e-13  # relative tolerance that double precision allows
MAX_STEPS = 10_000  # of one trajectory; a wild start that needs more has failed


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
        return tuple(self._side(t) for t in ways if t.size)

    def _side(self, times: Float) -> Side:
        template = initial_value_problem(
            self.model, times, rtol=self.rtol, atol=self.atol, max_steps=MAX_STEPS
        )
        route = Route.of(template, self.free, self.method, self.device)
        readings = self.experiment.readings
        seen = [Observation(self.model, r.observable, self.loss, self.free) for r in readings]
        return Side(template, self.free, route, tuple(zip(seen, readings, strict=True)))

    @property
    def solver(self) -> str:
        """Backend-qualified name of the method that solves."""
        return self.sides[0].route.each.name

    def at(self, rtol: float) -> Comparison:
        """Return the same with another relative tolerance, the absolute one in proportion."""
        atol, shrink = self.atol, rtol / self.rtol
        if isinstance(atol, Mapping):
            atol = {name: value * shrink for name, value in atol.items()}
        elif atol is not None:
            atol = atol * shrink
        return replace(self, rtol=rtol, atol=atol)

    def refined(self) -> Comparison:
        """Return the same with sharper solutions."""
        return self.at(max(self.rtol * SHARPER, SHARPEST))

    def residuals(self, natural: ParameterBatch, *, many: bool = False) -> Float:
        """Return residuals with sd = 1, (batch, reading); nan where a solution failed.

        With `many`, a large batch is solved in the way that suits it, which may differ within
        the tolerance.
        """
        out = np.empty((natural.shape[1], self.experiment.n_data))
        for side in self.sides:
            side.fill(out, lambda observation: observation.residual, natural, many=many)
        return out

    def predictions(self, natural: Float) -> Float:
        """Return the prediction for each reading from one set of parameters, (reading,)."""
        out = np.empty((1, self.experiment.n_data))
        for side in self.sides:
            side.fill(out, lambda observation: observation.prediction, natural[:, None])
        return out[0]

    def linearise(self, natural: ParameterBatch) -> tuple[Float, Float]:
        """Return residuals and their derivatives by the free parameters.

        Returns
        -------
        residuals, jacobian
            (batch, reading) and (batch, reading, parameter).
        """
        out = np.empty((1 + len(self.free), natural.shape[1], self.experiment.n_data))
        for side in self.sides:
            side.linearise(out, natural)
        return out[0], np.ascontiguousarray(np.moveaxis(out[1:], 0, 2))

    def sums(self, natural: ParameterBatch, noises: tuple[int, ...], n_noises: int) -> Float:
        """Return sums of squares and their derivatives, (noise, 1 + parameter, batch).

        Parameters
        ----------
        natural
            (parameter, batch).
        noises, n_noises
            The number of each observable's noise, and how many there are.
        """
        return _total([side.sums(natural, noises, n_noises) for side in self.sides])

    def normal(self, natural: ParameterBatch, noises: tuple[int, ...], n_noises: int) -> Float:
        """Return sums of squares, derivatives and products, (noise, sum, batch); see `squares`."""
        return _total([side.normal(natural, noises, n_noises) for side in self.sides])

    @cached_property
    def adds_up(self) -> bool:
        """Whether the backend adds up at the readings itself, so that no trajectory is kept."""
        return all(side.adds_up for side in self.sides)

    @property
    def derivatives(self) -> str:
        """How gradients are taken and why, in words."""
        return self.sides[0].route.derivatives

    @cached_property
    def reversible(self) -> bool:
        """Whether gradients are taken by going back over steps."""
        return all(side.route.back is not None for side in self.sides)

    def adjoint(
        self, natural: ParameterBatch, noises: tuple[int, ...], n_noises: int,
        weights: Float | None,
    ) -> Float:  # fmt: skip
        """Return sums and the gradient of their weighted sum; see `Side.adjoint`."""
        return _total([side.adjoint(natural, noises, n_noises, weights) for side in self.sides])

    def values(self, natural: ParameterBatch, noises: tuple[int, ...], n_noises: int) -> Float:
        """Return sums of squares alone, (noise, batch)."""
        return _total([side.values(natural, noises, n_noises) for side in self.sides])

    @cached_property
    def differentiable(self) -> bool:
        """Whether the backend has gradients of its own."""
        backends = [side.route.backend for side in self.sides]
        return len(backends) == 1 and isinstance(backends[0], DifferentiableBackend)

    def gradient(self, natural: ParameterBatch, outer: Outer) -> tuple[Float, Float]:
        """Return a function of the residuals and its gradient; see `Side.gradient`."""
        (side,) = self.sides
        return side.gradient(natural, outer)


def _total(sides: Sequence[Float]) -> Float:
    return sides[0] if len(sides) == 1 else sides[0] + sides[1]
