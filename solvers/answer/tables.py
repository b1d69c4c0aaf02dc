"""What tables and pictures show of a solution: its names, and the jumps of lines at events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..event_log import EventLog
from ..problem import InitialValueProblem
from .points import Points, named_definitions

if TYPE_CHECKING:
    from ..plot.jumps import Jumps


def shown_names(problem: InitialValueProblem) -> tuple[str, ...]:
    """Return the states, and what the model says is measured."""
    definitions = named_definitions(problem.model).values()
    return (*problem.states, *(d.name for d in definitions if d.role == "observe"))


def jumps(problem: InitialValueProblem, log: EventLog, names: Sequence[str]) -> Jumps:
    """Return what events did to states and definitions."""
    from ..plot.jumps import Jumps

    p = problem.p[:, log.member]
    before = Points(problem, np.nextafter(log.time, -np.inf), log.before, p)
    after = Points(problem, log.time, log.after, p)
    values = {name: (before.read(name), after.read(name)) for name in names}
    return Jumps(log.member, log.time, values)
