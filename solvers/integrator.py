"""Method x controller x system: the tapes of one attempted step, its control, its dense output."""

from __future__ import annotations

from functools import lru_cache

from ..models.system import FirstOrderSystem
from .compose import explicit, rosenbrock
from .compose.control import begin, control
from .compose.program import Integrator, Program
from .method import Method

__all__ = ["Integrator", "Program", "compose"]


@lru_cache(maxsize=64)
def compose(system: FirstOrderSystem, method: Method) -> Integrator:
    """Return the integrator of a system by a method."""
    kind = explicit if method.tableau.is_explicit else rosenbrock
    attempt, interpolate = kind.attempt(system, method), kind.interpolate(system, method)
    n_kept = len(attempt.tape.outputs) // max(1, system.n_states) - 3
    fresh = method.tableau.n_stages - (method.tableau.end_stage is not None)
    return Integrator(
        begin(system, method), attempt, control(system, method), interpolate, n_kept, fresh
    )
