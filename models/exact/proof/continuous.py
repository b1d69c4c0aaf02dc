"""A closed form followed from its start: it has to get to where it is put back without a jump.

A formula may fulfil its equation on both sides of a jump, as one that changes to another branch
does, and so may pass at every point where it is put back.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from ...tape import Tape

LOOKS = 24  # on the path from the start to a point
_HALVINGS = 30  # of an interval, after which a slope is none
_STANDS_OUT = 3.0  # a change that is so many times its neighbours' is looked into
_ROUNDING = 1e-6  # relative change that is none to speak of
_REMAINS = 0.1  # of a change that halving does not make smaller: a jump
_GROWS = 8.0  # times as large as before: a pole, where the solution ends, and no jump
_BRANCHING = frozenset("sign floor atan select lt le eq".split())
_ENDLESS = (math.inf,)


def may_jump(tape: Tape, time: str) -> bool:
    """Tell whether a formula has operations of time that jump."""
    moving: set[int] = set()
    for number, node in enumerate(tape.nodes):
        if node.op == "input":
            if tape.inputs[number] == time:
                moving.add(number)
        elif not moving.isdisjoint(node.args):
            if node.op in _BRANCHING:
                return True
            moving.add(number)
    return False


class Path:
    """The path of one solution from its start.

    Parameters
    ----------
    tape, holds
        The solution, and the condition under which it is returned, None if it always is.
    time, t0
        The input it is followed along, and where it begins.
    point
        Values of the inputs, the end of the path among them.
    """

    def __init__(
        self, tape: Tape, holds: Tape | None, time: str, t0: float, point: Mapping[str, float]
    ) -> None:
        self.tape, self.holds = tape, holds
        self.time, self.t0, self.point = time, t0, point

    def jumps(self) -> bool:
        """Tell whether it has a jump that stands out on the path; not where it ends before."""
        span = float(self.point[self.time]) - self.t0
        times = [self.t0 + k / LOOKS * span for k in range(LOOKS + 1)]
        rows = [self._values(t) for t in times]
        if not all(math.isfinite(v) for row in rows for v in row):
            return False
        return any(
            self._is_jump(i, times[k], times[k + 1])
            for i, column in enumerate(zip(*rows, strict=True))
            for k in _standing_out([abs(b - a) for a, b in pairwise(column)])
        )

    def _values(self, time: float) -> Sequence[float]:
        at = {**self.point, self.time: time}
        if self.holds is not None and not self.holds(*(at[n] for n in self.holds.inputs))[0]:
            return _ENDLESS * len(self.tape.outputs)
        return self.tape(*(at[n] for n in self.tape.inputs))

    def _is_jump(self, i: int, a: float, b: float) -> bool:
        """Tell whether a change remains however short the interval becomes."""
        left, right = self._values(a)[i], self._values(b)[i]
        change, size = abs(right - left), max(abs(left), abs(right))
        if change <= _ROUNDING * size:
            return False
        for _ in range(_HALVINGS):
            middle = (a + b) / 2
            value = self._values(middle)[i]
            if not math.isfinite(value):
                return False
            if abs(value - left) > abs(right - value):
                b, right = middle, value
            else:
                a, left = middle, value
        grown = max(abs(left), abs(right)) > _GROWS * size
        return abs(right - left) > _REMAINS * change and not grown


def _standing_out(changes: Sequence[float]) -> list[int]:
    """Return which changes are larger than those beside them."""
    padded = [0.0, *changes, 0.0]
    beside = [max(a, b) for a, b in zip(padded, padded[2:], strict=False)]
    return [k for k, (c, n) in enumerate(zip(changes, beside, strict=True)) if c > _STANDS_OUT * n]
