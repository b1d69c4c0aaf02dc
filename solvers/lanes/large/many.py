"""Who steps systems of many states: loops over them, between them the rates as a function."""

from __future__ import annotations

import numpy as np

from ....models.system import FirstOrderSystem
from ...arrays import Int
from ...compose.large import compose_large
from ...compose.program import Program
from ...compose.stages import compose_stages
from ...method import Method
from ...tableaux.rosenbrock import RosenbrockTableau
from ..loop.work import Stepper
from .looped import Looped
from .newton import Iterating


def in_loops(
    system: FirstOrderSystem, method: Method, controlled: int, look: Program | None
) -> tuple[Stepper, int, int, Int]:
    """Return who writes steps, the vectors they keep, about their operations, and their places.

    Parameters
    ----------
    system, method
        What steps, and how.
    controlled
        How many states' errors count.
    look
        The look at conditions in every step, or None where there are none.
    """
    n = system.n_states
    if method.tableau.is_explicit:
        stages = compose_stages(system, method)
        size = stages.n_stages * (stages.rates.size + n * stages.n_stages)
        kept = max(len(stages.times), stages.end) + 1
        looped = Looped(stages, controlled, look)
        return looped, kept, size, np.array([*looped.listed.places, 0], dtype=np.int64)
    if isinstance(method.tableau, RosenbrockTableau):
        return _in_stages(system, method, controlled, look)
    parts = compose_large(system, method)
    stepper, count = Iterating(parts, controlled, look), parts.newton.count
    size = parts.n_stages * (parts.rates.size + n * count) + parts.elimination.size
    return stepper, count, size, np.array(stepper.lists.places, dtype=np.int64)


def _in_stages(
    system: FirstOrderSystem, method: Method, controlled: int, look: Program | None
) -> tuple[Stepper, int, int, Int]:
    """Return what `in_loops` does, of a Rosenbrock method."""
    from ...compose.large_rosenbrock import compose_one_matrix
    from .one_matrix import InStages

    parts = compose_one_matrix(system, method)
    stepper = InStages(parts, controlled, look)
    size = parts.n_stages * (parts.rates.size + system.n_states * parts.n_stages)
    places = np.array([*stepper.lists.places, 0], dtype=np.int64)
    return stepper, len(parts.kept) + 1, size + parts.elimination.size, places
