"""How a trajectory ended: each way has a cause and a remedy."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from .arrays import Bool, Int


class Status(IntEnum):
    """Way in which one trajectory ended."""

    SUCCESS = 0
    MAX_STEPS = 1
    STEP_TOO_SMALL = 2
    NOT_FINITE = 3
    STIFF = 4
    FAILED = 5
    STOPPED = 6
    ZENO = 7
    IMPOSSIBLE = 8
    SLIDING = 9

    @property
    def good(self) -> bool:
        """Whether it is an end that was meant."""
        return self in (Status.SUCCESS, Status.STOPPED)

    @property
    def blameless(self) -> bool:
        """Whether no state is to blame for it."""
        return self.good or self is Status.IMPOSSIBLE

    @property
    def cause(self) -> str:
        """What happened, in words."""
        return _CAUSE[self]

    @property
    def remedy(self) -> str:
        """What to try; empty after success."""
        return _REMEDY[self]


_CAUSE = {
    Status.SUCCESS: "reached the end",
    Status.MAX_STEPS: "no more steps are allowed",
    Status.STEP_TOO_SMALL: "no step is small enough; it blows up there, its rate jumps, or there "
    "is none beyond",
    Status.NOT_FINITE: "the rate of change is not a finite number there",
    Status.STIFF: "the model looks stiff",
    Status.FAILED: "the integrator gave up",
    Status.STOPPED: "an event stopped it",
    Status.ZENO: "events come ever faster towards this time, or again at once: endlessly many",
    Status.IMPOSSIBLE: "the times of an event cannot be",
    Status.SLIDING: "a rate jumps there and drives the solution back from both sides, so that none "
    "follows the rates as written",
}
_REMEDY = {
    Status.SUCCESS: "",
    Status.MAX_STEPS: "raise max_steps, or loosen rtol",
    Status.STEP_TOO_SMALL: "end the integration earlier, or look for a singularity in the model",
    Status.NOT_FINITE: "look for a division by zero, or a logarithm or root of a negative number",
    Status.STIFF: 'use method="auto" or "radau9"',
    Status.FAILED: "try another method or a looser rtol",
    Status.STOPPED: "",
    Status.ZENO: "let an event stop it before (stop when …), or give the event a gap: a second "
    "threshold that must be passed first. If it is to go on beyond, let a state that the event "
    "sets be part of the condition (when x > 10 and halted < 1: v = 0, halted = 1)",
    Status.IMPOSSIBLE: "choose parameters with which times are numbers, periods positive and not "
    "far too short",
    Status.SLIDING: "the limit is to slide along it (Filippov). Make the jump smooth (tanh(x/w) in "
    "place of sign(x)), or switch a state between two thresholds (when x > 0.01: side = 1; "
    "when x < -0.01: side = -1), or let an event set a state that says it slides, with rates of "
    "their own",
}


def good(status: Int) -> Bool:
    """Tell which of many ended as they were meant to."""
    return _GOOD[status]


def all_good(status: Int) -> bool:
    """Tell whether all ended as they were meant to."""
    return not np.count_nonzero(status) or bool(good(status).all())  # success is zero


_GOOD = np.array([s.good for s in sorted(Status)])  # by number: they count from zero
