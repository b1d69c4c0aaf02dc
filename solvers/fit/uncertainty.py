"""How far to believe the estimates: covariance, errors, intervals, what cannot be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...models.errors import listing
from ...models.lazy import load
from ..arrays import Bool, Float, read_only

LEVEL = 0.95
INDISTINCT = 1e-6  # a direction that moves the predictions this much less than the clearest one
INVOLVED = 0.05  # least share of a parameter in a direction that is worth its name


@dataclass(frozen=True, eq=False)
class Information:
    """What the data tell about the parameters, from the residuals linearised at the estimates.

    Parameters
    ----------
    estimates
        Natural values, (parameter,).
    jacobian
        Of the residuals, (reading, parameter).
    value
        Sum of squares.
    held
        Which parameters are at a bound, and so have no error, (parameter,).

    Notes
    -----
    Covariance s^2 (J^T J)^-1 with s^2 = value / (n - p), in natural units (Seber and Wild 1989,
    *Nonlinear Regression*, section 2.1.2, doi:10.1002/0471725315).
    """

    estimates: Float
    jacobian: Float
    value: float
    held: Bool

    @property
    def degrees(self) -> int:
        """Degrees of freedom: readings less parameters."""
        return self.jacobian.shape[0] - self.jacobian.shape[1]

    @property
    def residual_sd(self) -> float:
        """Estimated standard deviation of one reading; nan with no degree of freedom."""
        return float(np.sqrt(self.value / self.degrees)) if self.degrees > 0 else float("nan")

    @cached_property
    def _scale(self) -> Float:
        """Length of each column; one where it is zero, (parameter,)."""
        length = np.sqrt((self.jacobian**2).sum(axis=0))
        return np.where(length > 0, length, 1.0)

    @cached_property
    def _directions(self) -> tuple[Float, Float]:
        """Singular values and directions of the scaled Jacobian, (direction, parameter)."""
        scaled = np.where(self.held, 0.0, self.jacobian / self._scale)
        # Appended zero rows give a direction to every parameter, however few the readings.
        padded = np.concatenate([scaled, np.zeros((scaled.shape[1], scaled.shape[1]))])
        _, singular, directions = np.linalg.svd(padded, full_matrices=False)
        return singular, directions

    @cached_property
    def indistinct(self) -> tuple[Float, ...]:
        """Directions in which the parameters can move together and no prediction changes.

        Each is the relative change of every parameter (absolute where the estimate is zero), the
        largest one, (parameter,).
        """
        singular, directions = self._directions
        found: list[Float] = []
        for s, direction in zip(singular, directions, strict=True):
            if s > INDISTINCT * singular[0] or np.abs(direction[self.held]).max(initial=0.0) > 0.5:
                continue
            change = direction / self._scale
            change = change / np.where(self.estimates != 0, np.abs(self.estimates), 1.0)
            found.append(change / change[np.abs(change).argmax()])
        return tuple(found)

    @cached_property
    def covariance(self) -> Float:
        """Of the estimates, (parameter, parameter); nan for one at a bound, inf if undetermined."""
        singular, directions = self._directions
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            weighted = directions / np.maximum(singular, 1e-150)[:, None]
            full = self.residual_sd**2 * np.matmul(weighted.T, weighted)
            full = full / self._scale[:, None] / self._scale
        return self._masked(full)

    def _masked(self, matrix: Float) -> Float:
        matrix = matrix.copy()
        matrix[self.held] = np.nan
        matrix[:, self.held] = np.nan
        return read_only(matrix)

    @cached_property
    def standard_errors(self) -> Float:
        """Of the estimates, (parameter,); inf for one that the data do not determine."""
        errors = np.sqrt(np.diag(self.covariance))
        for direction in self.indistinct:
            errors = np.where(np.abs(direction) > INVOLVED, np.inf, errors)
        return np.where(self.held, np.nan, errors)

    @cached_property
    def correlation(self) -> Float:
        """Of the estimates, (parameter, parameter)."""
        singular, directions = self._directions
        weighted = directions / np.maximum(singular, 1e-12 * singular[0] or 1.0)[:, None]
        full = np.matmul(weighted.T, weighted)
        size = np.sqrt(np.diag(full))
        return self._masked(np.clip(full / np.outer(size, size), -1.0, 1.0))

    def intervals(self, level: float = LEVEL) -> tuple[Float, Float]:
        """Return low and high ends of confidence intervals by Student's t, (parameter,) each."""
        if self.degrees < 1:
            return np.full_like(self.estimates, np.nan), np.full_like(self.estimates, np.nan)
        quantile = float(load("scipy.special").stdtrit(self.degrees, 0.5 + 0.5 * level))
        reach = quantile * self.standard_errors
        return self.estimates - reach, self.estimates + reach


def in_words(direction: Float, names: Sequence[str]) -> str:
    """Return a sentence about parameters that the data cannot tell apart."""
    involved = [(n, d) for n, d in zip(names, direction, strict=True) if abs(d) > INVOLVED]
    if len(involved) == 1:
        return f"{involved[0][0]} has no influence on the data: it cannot be estimated"
    some = [n for n, _ in involved]
    moves = ", ".join(f"{n} {'up' if d > 0 else 'down'} {abs(d):.2g} %" for n, d in involved)
    both = "cannot be told apart" if len(some) == 2 else "cannot all be told apart"
    return (
        f"{listing(some)} {both}: {moves} together change no prediction; "
        "hold one of them, or measure more"
    )
