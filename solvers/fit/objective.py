"""What a fit makes small: the sum of squares, for a batch of parameters at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..arrays import Float, Int, ParameterBatch
from .comparison import Comparison
from .parameters import ParameterSpace

CHUNK = 1024  # parameter vectors at a time, so that a surface of many needs little memory
# Readings from which Gauss and Newton's normal matrix is added up along the way and no Jacobian is
# kept: of 64 sets of Lotka and Volterra's model that takes 0.3 of the time with 400 readings, 0.14
# with 2000 and a tenth with 10 000; of 8 sets 0.9, 0.5 and 0.2. The matrix has the square of the
# Jacobian's condition: of few parameters, and down to this relative tolerance, what it loses is
# less than the errors of the solutions.
MANY_READINGS, FEW_PARAMETERS, ROUGH = 200, 8, 1e-8
LOST = 1e-14  # eigenvalues below this part of the largest are rounding


@dataclass(frozen=True, eq=False)
class Linearisation:
    """The objective around a batch of points.

    Parameters
    ----------
    value
        Sum of squares, (batch,); inf where a trajectory failed.
    residuals
        Whitened, so that their squares add up to the value, (batch, reading).
    weights
        What each residual was multiplied by, (batch, reading); ones with a single noise.
    jacobian
        Derivatives of the residuals by natural parameters, (batch, reading, parameter). Zero, as
        are the residuals, where the value is not finite.
    """

    value: Float
    residuals: Float
    weights: Float
    jacobian: Float


@dataclass(frozen=True, eq=False)
class Objective:
    """The sum of squares over all readings.

    Readings in the same unit share one standard deviation, which is estimated; it need not be
    searched, because at its best value the likelihood is a function of the sum of squares alone.
    Where there are several units, squares cannot be added. The value is then the weighted geometric
    mean S = n prod_g (S_g/n_g)^(n_g/n), the likelihood up to a power (Bard 1974, *Nonlinear
    Parameter Estimation*, section 4.8). With one unit it is the sum of squares itself.

    Parameters
    ----------
    space
        What varies.
    comparisons
        The experiments, each beside its predictions.
    """

    space: ParameterSpace
    comparisons: tuple[Comparison, ...]

    @cached_property
    def noises(self) -> tuple[str, ...]:
        """Units that have a standard deviation of their own; empty for a relative error or none."""
        return tuple(dict.fromkeys(unit for unit, _ in self._units))

    @cached_property
    def _units(self) -> list[tuple[str, int]]:
        """Unit and number of readings of every observable of every experiment."""
        return [
            ("" if c.loss.relative else c.model.units[r.observable], r.values.size)
            for c in self.comparisons
            for r in c.experiment.readings
        ]

    @cached_property
    def groups(self) -> Int:
        """For each reading the number of its noise, (reading,)."""
        return np.concatenate([np.full(n, self.noises.index(unit)) for unit, n in self._units])

    @property
    def n_data(self) -> int:
        """Number of readings."""
        return len(self.groups)

    @property
    def rtol(self) -> float:
        """Relative tolerance of the solutions."""
        return max(c.rtol for c in self.comparisons)

    @cached_property
    def floors(self) -> Float:
        """Sum of squares of each noise that errors of the solutions alone may leave, (noise,)."""
        sizes = [
            np.sum((c.rtol * (np.ones_like(r.values) if c.loss.relative else r.values)) ** 2)
            for c in self.comparisons
            for r in c.experiment.readings
        ]
        units = [self.noises.index(unit) for unit, _ in self._units]
        return np.bincount(units, weights=np.array(sizes)).astype(np.float64)

    @property
    def floor(self) -> float:
        """Value that errors of the solutions alone may leave, where the data are exact."""
        if len(self.noises) == 1:
            return float(self.floors.sum())
        counts = np.bincount(self.groups)
        return self.n_data * float(
            np.exp((counts * np.log(self.floors / counts)).sum() / self.n_data)
        )

    @property
    def derivatives(self) -> str:
        """How gradients are taken and why, in words."""
        return self.comparisons[0].derivatives

    def at(self, rtol: float) -> Objective:
        """Return the same with another relative tolerance, the absolute one in proportion."""
        return replace(self, comparisons=tuple(c.at(rtol) for c in self.comparisons))

    def refined(self) -> Objective:
        """Return the same with solutions as sharp as one trajectory can afford."""
        return replace(self, comparisons=tuple(c.refined() for c in self.comparisons))

    def __call__(self, natural: ParameterBatch) -> Float:
        """Return the value for parameters in natural units, (parameter, batch) to (batch,)."""
        points = np.asarray(natural, dtype=np.float64)
        parts = [points[:, i : i + CHUNK] for i in range(0, points.shape[1], CHUNK)]
        return np.concatenate([self._value(part) for part in parts]) if parts else np.empty(0)

    def _value(self, natural: ParameterBatch) -> Float:
        return self._pooled(_joined([c.residuals(natural, many=True) for c in self.comparisons]))[0]

    def linearise(self, natural: ParameterBatch) -> Linearisation:
        """Return value, residuals and Jacobian, by one solution with sensitivities."""
        pairs = [c.linearise(natural) for c in self.comparisons]
        residuals, jacobian = _joined([r for r, _ in pairs]), _joined([j for _, j in pairs])
        broken = ~np.isfinite(jacobian).all(axis=(1, 2))
        residuals[broken] = np.nan
        value, weights = self._pooled(residuals)
        good = np.isfinite(value)[:, None]
        white = np.where(good, residuals * weights, 0.0)
        return Linearisation(
            value, white, weights, np.where(good[:, :, None], jacobian * weights[:, :, None], 0.0)
        )

    @cached_property
    def adds_up(self) -> bool:
        """Whether `around` keeps no Jacobian."""
        small = self.n_data >= MANY_READINGS and len(self.space.names) <= FEW_PARAMETERS
        return small and self.rtol >= ROUGH and all(c.adds_up for c in self.comparisons)

    def around(self, natural: ParameterBatch) -> Linearisation:
        """Return what Gauss and Newton's step needs: `linearise`, or as much added up on the way.

        The latter has as many residuals as there are parameters, with the same normal matrix and
        the same gradient as all residuals have; weights are those of the noises.
        """
        if not self.adds_up:
            return self.linearise(natural)
        n, n_noises = len(natural), len(self.noises)
        found = self._over_comparisons(lambda c, own: c.normal(natural, own, n_noises))
        with np.errstate(all="ignore"):
            value, weights = self._weigh(found[:, 0].T)
            sums = (weights.T[:, None, :] ** 2 * found).sum(axis=0).T
        good = np.isfinite(sums).all(axis=1) & np.isfinite(value)
        sums = np.where(good[:, None], sums, 0.0)
        normal = np.empty((len(value), n, n))
        upper = np.triu_indices(n)
        normal[:, *upper] = normal[:, *upper[::-1]] = sums[:, 1 + n :]
        residuals, jacobian = _square_root(normal, 0.5 * sums[:, 1 : 1 + n])
        return Linearisation(np.where(good, value, np.inf), residuals, weights, jacobian)

    def whitened(self, natural: ParameterBatch, weights: Float) -> Float:
        """Return the residuals at other parameters with weights given, (batch, reading)."""
        return _joined([c.residuals(natural) for c in self.comparisons]) * weights

    def gradient(self, natural: ParameterBatch) -> tuple[Float, Float]:
        """Return the value and its gradient by natural parameters, (batch,) and (parameter, batch).

        By the backend's own derivatives where it has them. Otherwise by the adjoint of the steps
        taken, or by sensitivities that are added up at the readings, as `derivatives` says:
        nothing is kept that has axes of time, state and parameter.
        """
        if all(c.reversible for c in self.comparisons):
            return self._backward(natural)
        if len(self.comparisons) == 1 and self.comparisons[0].differentiable:
            value, slopes = self.comparisons[0].gradient(natural, self._outer)
            return np.where(np.isfinite(value), value, np.inf), slopes
        sums, slopes = self._added_up(natural)
        value, weights = self._weigh(sums)
        with np.errstate(invalid="ignore"):  # of a trajectory that failed
            gradient = (weights.T[:, None, :] ** 2 * slopes).sum(axis=0)
        return value, np.where(np.isfinite(value), gradient, 0.0)

    def _added_up(self, natural: ParameterBatch) -> tuple[Float, Float]:
        """Return the sums of squares, (batch, noise), and slopes, (noise, parameter, batch)."""
        found = self._over_comparisons(lambda c, own: c.sums(natural, own, len(self.noises)))
        return found[:, 0].T, found[:, 1:]

    def _backward(self, natural: ParameterBatch) -> tuple[Float, Float]:
        """Return the value and its gradient, by going back over the steps taken."""
        n = len(self.noises)
        weights = None
        if n > 1:  # how much each sum counts depends on all sums
            sums = self._over_comparisons(lambda c, own: c.values(natural, own, n))
            weights = self._weigh(sums.T)[1].T ** 2
        found = self._over_comparisons(lambda c, own: c.adjoint(natural, own, n, weights))
        value = self._weigh(found[:n].T)[0]
        return value, np.where(np.isfinite(value), found[n:], 0.0)

    def _over_comparisons(self, each: Callable[[Comparison, tuple[int, ...]], Float]) -> Float:
        """Return the total over comparisons, each called with the noises of its observables."""
        parts: list[Float] = []
        numbers = [self.noises.index(unit) for unit, _ in self._units]
        for c in self.comparisons:
            count = len(c.experiment.readings)
            parts.append(each(c, tuple(numbers[:count])))
            numbers = numbers[count:]
        return parts[0] if len(parts) == 1 else np.sum(parts, axis=0)

    def _outer(self, residuals: Float) -> tuple[Float, Float]:
        value, weights = self._pooled(residuals)
        return value, 2.0 * residuals * weights**2

    def sums(self, residuals: Float) -> Float:
        """Return the sum of squares of each noise, (batch, noise)."""
        # In the order of memory, so that a sum does not depend on the size of the batch.
        squares = [
            np.ascontiguousarray(residuals[:, self.groups == g]) ** 2
            for g in range(len(self.noises))
        ]
        return np.stack([s.sum(axis=1) for s in squares], axis=1)

    def _pooled(self, residuals: Float) -> tuple[Float, Float]:
        """Return the value, and the weights with which the squares add up to it."""
        with np.errstate(all="ignore"):
            value, weights = self._weigh(self.sums(residuals))
        return value, weights[:, self.groups]

    def _weigh(self, sums: Float) -> tuple[Float, Float]:
        """Return the value, (batch,), and the weight of each noise, (batch, noise)."""
        if len(self.noises) == 1:
            value, weights = sums[:, 0], np.ones_like(sums)
        else:
            sums = np.maximum(sums, self.floors)  # one that is fitted exactly must not take all
            counts = np.bincount(self.groups)
            share = counts / self.n_data
            mean = np.exp((share * np.log(sums / counts)).sum(axis=1))
            value = self.n_data * mean
            weights = np.sqrt(mean[:, None] * counts / sums)
        return np.where(np.isfinite(value), value, np.inf), weights

    def log_likelihood(self, natural: Float) -> float:
        """Return the log-likelihood of one set of parameters, at the most likely noise."""
        sums = self.sums(self.residuals(natural)[None])[0]
        sds = np.sqrt(np.maximum(sums, self.floors) / np.bincount(self.groups))[self.groups]
        predictions, total, begin = self.predictions(natural), 0.0, 0
        for c in self.comparisons:
            rows = slice(begin, begin + c.experiment.n_data)
            readings = np.concatenate([r.values for r in c.experiment.readings])
            total += float(c.loss.evaluate(predictions[rows], readings, sds[rows])[1].sum())
            begin += c.experiment.n_data
        return total

    def residuals(self, natural: Float) -> Float:
        """Return the residuals of one set of parameters, with sd = 1, (reading,)."""
        return _joined([c.residuals(natural[:, None]) for c in self.comparisons])[0]

    def predictions(self, natural: Float) -> Float:
        """Return the prediction for each reading from one set of parameters, (reading,)."""
        return np.concatenate([c.predictions(natural) for c in self.comparisons])


def _square_root(normal: Float, gradient: Float) -> tuple[Float, Float]:
    """Return residuals r, (batch, n), and J, (batch, n, n), of which J'J and J'r are given.

    By the eigenvalues of the matrix with its diagonal scaled to ones.
    """
    size = np.sqrt(np.einsum("bii->bi", normal))
    size = np.where(size > 0, size, 1.0)
    scaled = normal / size[:, :, None] / size[:, None, :]
    values, vectors = np.linalg.eigh(scaled)
    values = np.where(values > LOST * values[:, -1:], values, 0.0)
    root, columns = np.sqrt(values), np.swapaxes(vectors, 1, 2)
    along = np.matmul(columns, (gradient / size)[:, :, None])[:, :, 0]
    residuals = np.where(root > 0, along / np.where(root > 0, root, 1.0), 0.0)
    return residuals, root[:, :, None] * columns * size[:, None, :]


def _joined(parts: Sequence[Float]) -> Float:
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
