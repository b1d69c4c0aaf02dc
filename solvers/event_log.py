"""What happened on the way: which event, when, to which trajectory, the states before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .arrays import BatchTime, Int, StateBatch


@dataclass(frozen=True, eq=False)
class EventLog:
    """Events that happened, those of one trajectory in a row and in order.

    Parameters
    ----------
    member
        Which trajectory, (happening,).
    event
        Which event of the system.
    time
        When.
    before, after
        The states just before and after it, (state, happening).
    """

    member: Int
    event: Int
    time: BatchTime
    before: StateBatch
    after: StateBatch

    @classmethod
    def empty(cls, n_states: int) -> EventLog:
        """Return the log of nothing."""
        nothing, states = np.empty(0, dtype=np.int64), np.empty((n_states, 0))
        return cls(nothing, nothing, np.empty(0), states, states)

    @classmethod
    def gather(cls, parts: Sequence[EventLog]) -> EventLog:
        """Return several logs as one; what a trajectory met stays in the order of the parts."""
        if len(parts) == 1:
            return parts[0]
        whole = cls(
            np.concatenate([p.member for p in parts]),
            np.concatenate([p.event for p in parts]),
            np.concatenate([p.time for p in parts]),
            np.concatenate([p.before for p in parts], axis=1),
            np.concatenate([p.after for p in parts], axis=1),
        )
        return whole.some(np.argsort(whole.member, kind="stable"))

    def __len__(self) -> int:
        return len(self.time)

    def some(self, chosen: Int) -> EventLog:
        """Return some of what happened."""
        return EventLog(
            self.member[chosen], self.event[chosen], self.time[chosen],
            self.before[:, chosen], self.after[:, chosen],
        )  # fmt: skip

    def renumbered(self, numbers: Int) -> EventLog:
        """Return the log of trajectories that are called otherwise."""
        return EventLog(numbers[self.member], self.event, self.time, self.before, self.after)

    def without(self, members: Int) -> EventLog:
        """Return the log of the other trajectories."""
        return self.some(np.flatnonzero(~np.isin(self.member, members)))
