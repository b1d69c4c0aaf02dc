"""A step that scipy has made, with what it says of the states within."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..arrays import BatchTime, Bool, Float, Int, StateBatch


@dataclass(frozen=True, eq=False)
class ScipyStep:
    """One accepted step from t to t + h, states y and z at its ends, and scipy's dense output.

    The latter does not always meet the ends; a straight line is added so that it does.
    """

    dense: Callable[[Float], Float]
    i: Int
    t: BatchTime
    h: BatchTime
    y: StateBatch
    z: StateBatch

    def some(self, which: Bool | Int) -> ScipyStep:
        """Return the step of some of the trajectories; there is one, which may be repeated."""
        return ScipyStep(
            self.dense, self.i[which], self.t[which], self.h[which], self.y[:, which],
            self.z[:, which],
        )  # fmt: skip

    def at(self, theta: BatchTime) -> StateBatch:
        """Return the states at a fraction of the step."""
        gaps = self.y - self.dense(self.t), self.z - self.dense(self.t + self.h)
        return self.dense(self.t + theta * self.h) + (1 - theta) * gaps[0] + theta * gaps[1]
