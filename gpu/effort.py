"""How hard each member of a batch makes it for all, by the errors of its steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..models.lazy import load
from ..solvers.control import MARGIN


class Pair(NamedTuple):
    """A pair of formulas of torchdiffeq's.

    Parameters
    ----------
    order
        By this root of the error a step grows or shrinks.
    caution
        By what its error estimate must be multiplied. torchdiffeq has dopri5's weights at two
        thirds of the published ones. The estimate of fehlberg2 is the error of its first-order
        formula, small by design, and over a long step smaller than that of the second-order formula
        which is carried forward.
    """

    order: int
    caution: float


PAIRS = {
    "dopri5": Pair(5, 1.5),
    "dopri8": Pair(8, 1.0),
    "bosh3": Pair(3, 1.0),
    "adaptive_heun": Pair(2, 1.0),
    "fehlberg2": Pair(2, 16.0),
}
SAFETY = 0.9  # of torchdiffeq's step size rule


@dataclass(eq=False)
class Effort:
    """How hard each member makes it for the batch.

    Parameters
    ----------
    pair
        Of formulas.
    ratio
        Errors of the last attempt in units of what a step may use of its tolerance,
        (state, batch).
    steps
        Steps that each would have taken alone, about, (batch,).
    """

    pair: Pair
    ratio: Any
    steps: Any

    def norm(self, ratio: Any) -> Any:
        """Return the error of an attempt: the largest of any state of any member."""
        torch = load("torch")
        with torch.no_grad():
            # nan would end the batch; infinity is a rejection like any other.
            used = self.pair.caution / MARGIN * ratio.abs()
            self.ratio = torch.nan_to_num(used, nan=np.inf, posinf=np.inf)
            largest = self.ratio.amax(dim=0)
            worst = largest.amax()
            alone = largest ** (1 / self.pair.order) / SAFETY
            self.steps = self.steps + torch.where(worst <= 1, alone, (largest > 1).to(alone.dtype))
        return worst

    def wish(self) -> Any:
        """Return by what each would multiply the step, (batch,)."""
        return SAFETY * self.ratio.amax(dim=0) ** (-1 / self.pair.order)

    def members(self, chosen: Any) -> Effort:
        """Return the effort of some members."""
        return Effort(self.pair, self.ratio[:, chosen], self.steps[chosen])
