"""Solutions on closed orbits: states and time are functions of an angle, and the time is inverted.

The time one turn takes, and that to an angle, are integrals of the time per angle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...tape.composed.quadrature import precisely
from .located import Located, Pace

_RULES = 10, 20, 40, 80  # nodes
_ANGLES = 64  # of one turn: its mean converges as fast again as the series in doubles
_WITHIN = 1e-3  # relative, of the time to an angle, beyond which turns were left out


@dataclass(frozen=True)
class Revolving(Located):
    """A solution on closed orbits; its place is an angle, whole turns left out."""

    def late(self, pace: Pace, begin: Any, end: Any, elapsed: Any, context: Any) -> Any:
        """Return how much later than asked an angle is reached, whole turns taken off."""
        took = precisely(pace, begin, end, context, _RULES)
        late = took - elapsed
        if abs(late) > _WITHIN * abs(took):
            step = 2 * context.pi / _ANGLES
            turn = step * context.fsum(pace((j + context.mpf(0.5)) * step) for j in range(_ANGLES))
            late -= context.nint(late / turn) * turn
        return late
