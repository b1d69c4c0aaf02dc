"""Jumps of what is drawn: at an event a line goes straight up or down, and not on a slant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..arrays import BatchTime, Float, Int


@dataclass(frozen=True, eq=False)
class Jumps:
    """Events on the way of labelled trajectories.

    Parameters
    ----------
    member
        Whose they are, (happening,): members are numbered along the dimensions other than time,
        the last one fastest.
    time
        When, those of one member in order.
    values
        For each array by name what it was just before and just after, (happening,) each.
    """

    member: Int
    time: BatchTime
    values: Mapping[str, tuple[Float, Float]]

    def put_into(self, name: str, member: int, x: Float, y: Float) -> tuple[Float, Float]:
        """Return a line with both ends of each of its jumps; an output at the same time follows."""
        own = self.member == member
        own &= (self.time >= x.min(initial=np.inf)) & (self.time <= x.max(initial=-np.inf))
        time: Float = np.concatenate([np.repeat(self.time[own], 2), x])
        both = np.stack([end[own] for end in self.values[name]], axis=1)
        order = np.argsort(time, kind="stable")
        return time[order], np.concatenate([both.reshape(-1), y])[order]
