"""Solvable systems that their own states set back: one file per class, binding ``SOLVABLE``.

Between two events the equations are smooth; an event happens where a state passes a value.
"""

from ..exact.events.recurring import RecurringClass
from ..shelf import Shelf

SHELF = Shelf[RecurringClass](__name__, "SOLVABLE", "solvable class of events")
