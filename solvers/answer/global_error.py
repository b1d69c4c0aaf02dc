"""The global error of a solution, estimated by a companion at a hundredth of its tolerance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from ...models.notebook import Printed
from ..arrays import Float
from ..problem import InitialValueProblem
from ..tolerances import FINEST

# Over 35 problems at rtol 1e-4, 1e-6 and 1e-8 a companion 10 times tighter missed by more than a
# factor of three in 6 % of values, one 100 times tighter in 3 % (benchmarks/tolerance.py).
TIGHTER = 100.0
# Steps over the whole way, at least, where rates depend on time: a prime number, so that the places
# where the two look are not the same. With them a pulse exp(-((t - a)/w)^2) shows that is no
# narrower than about w = 1/5000 of the way; of a narrower one neither may have a sign.
LOOKS = 1009
MORE_STEPS = 10  # as many as its limit, which is there to end what does not get on


class Readable(Protocol):
    """A solution, as far as its error needs to know it."""

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the states."""
        ...

    @property
    def y(self) -> Float:
        """States, first axis."""
        ...

    def __getitem__(self, name: str) -> Any:
        """Return a state or definition as a labelled array."""
        ...


def companion(problem: InitialValueProblem) -> InitialValueProblem:
    """Return the same problem at a much tighter tolerance, its steps chosen by the error.

    Where rates depend on time none is longer than a thousandth of the way, so that it sees what the
    solution may have stepped over.
    """
    return replace(
        problem,
        rtol=max(problem.rtol / TIGHTER, FINEST),
        atol=problem.atol / TIGHTER,
        step=None,
        max_steps=problem.max_steps * MORE_STEPS,
        looks=LOOKS,
    )


@dataclass(frozen=True, eq=False)
class GlobalError(Printed):
    """Estimated global error of every value of a solution, read by name.

    ``sol.error["T"]`` is a labelled array like ``sol["T"]``: how far it is from the companion's
    value, and no less than rounding; nan where either of them failed.

    Parameters
    ----------
    solution, companion
        What is judged, and the same at a hundredth of its tolerance.
    """

    solution: Readable
    companion: Readable

    def __getitem__(self, name: str) -> Any:
        """Return the error of a state or definition as a labelled array (xarray.DataArray)."""
        values = self.solution[name]
        error = _gap(values.to_numpy(), self.companion[name].to_numpy())
        return values.copy(data=error).rename(f"error of {name}")

    @property
    def y(self) -> Float:
        """Errors of the states, in the shape of the solution's ``y``."""
        return _gap(self.solution.y, self.companion.y)

    @property
    def largest(self) -> dict[str, float]:
        """Largest error of each state over members and times; nan where all of them failed."""
        rows = self.y.reshape(len(self.solution.states), -1)
        found = np.fmax.reduce(rows, axis=1)
        return dict(zip(self.solution.states, found.tolist(), strict=True))

    def __str__(self) -> str:
        rows = [f"  {name}  {error:.1e}" for name, error in self.largest.items()]
        return "\n".join(["estimated global error, at most", *rows])

    __repr__ = __str__


def _gap(values: Float, tighter: Float) -> Float:
    return np.maximum(np.abs(values - tighter), np.spacing(np.abs(values)))
