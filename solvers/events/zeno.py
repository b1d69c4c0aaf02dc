"""Events that come ever faster: endlessly many before some moment, as the bounces of a ball."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import BatchTime, Bool, Float, Int
from ..problem import InitialValueProblem

OFTEN = 20  # times in a row that the same event must come too soon
SHORT = 1e-6  # of the whole way: gaps below, each shorter than the one before, are too soon
# Times in a row after which a step that grows too small is one more sign of it: where each gap is a
# small part of the one before, they are shorter than what tells times apart before they are often.
FEW = 3
CHATTER = 1e-12  # of the whole way: any gap below is


@dataclass(eq=False)
class Zeno:
    """Gaps between the same event of the same trajectory.

    Parameters
    ----------
    span
        Length of the whole way.
    last, gap, count
        When each happened last, how long after the time before, and how often too soon in a row,
        (event, batch).
    """

    span: float
    last: Float
    gap: Float
    count: Float

    @classmethod
    def over(cls, problem: InitialValueProblem) -> Zeno:
        """Return the gaps at the start, when nothing has happened."""
        shape = (len(problem.system.events), problem.batch)
        span = abs(problem.t_end - problem.t0)
        endless = np.full(shape, np.inf)
        return cls(span, -endless, endless, np.zeros(shape))

    @property
    def least(self) -> float:
        """A gap below which the same event happens again at once."""
        return CHATTER * self.span

    def hastened(self, i: Int) -> Bool:
        """Tell which trajectories have met an event some times too soon, and nothing since."""
        hasty: Bool = np.any(self.count[:, i] >= FEW, axis=0)
        return hasty

    def notice(self, i: Int, t: BatchTime, fired: Bool) -> Bool:
        """Tell which trajectories meet an event that has come too soon too often."""
        gap = np.abs(t - self.last[:, i])
        soon = (gap < SHORT * self.span) & (gap < self.gap[:, i]) | (gap < self.least)
        count = np.where(soon, self.count[:, i] + 1, 0)
        self.count[:, i] = np.where(fired, count, self.count[:, i])
        self.gap[:, i] = np.where(fired, gap, self.gap[:, i])
        self.last[:, i] = np.where(fired, t, self.last[:, i])
        often: Bool = np.any(fired & (count > OFTEN), axis=0)
        return often
