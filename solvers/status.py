"""How a trajectory ended: each way has a cause and a remedy."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """Way in which one trajectory ended."""

    SUCCESS = 0
    MAX_STEPS = 1
    STEP_TOO_SMALL = 2
    NOT_FINITE = 3
    STIFF = 4
    FAILED = 5

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
    Status.MAX_STEPS: "used up the allowed number of steps",
    Status.STEP_TOO_SMALL: "the step became too small to advance time; the solution blows up",
    Status.NOT_FINITE: "the rate of change is not a finite number",
    Status.STIFF: "used up the allowed number of steps; the model looks stiff",
    Status.FAILED: "the integrator gave up",
}
_REMEDY = {
    Status.SUCCESS: "",
    Status.MAX_STEPS: "raise max_steps, or loosen rtol",
    Status.STEP_TOO_SMALL: "end the integration earlier, or look for a singularity in the model",
    Status.NOT_FINITE: "look for a division by zero, a logarithm or a root at the start values",
    Status.STIFF: 'use method="auto" or "scipy:Radau"',
    Status.FAILED: "try another method or a looser rtol",
}
