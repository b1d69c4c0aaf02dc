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
def compose(system: FirstOrderSystem, method: Method, controlled: int | None = None) -> Integrator:
    """Return the integrator of a system by a method.

    Only the errors of the first states count, as many as are `controlled`; all if not given.
    """
    kind = explicit if method.tableau.is_explicit else rosenbrock
    attempt, interpolate = kind.attempt(system, method), kind.interpolate(system, method)
    n_kept = len(attempt.tape.outputs) // max(1, system.n_states) - 3
    fresh = method.tableau.n_stages - (method.tableau.end_stage is not None)
    count = system.n_states if controlled is None else controlled
    return Integrator(
        begin(system, method, count), attempt, control(system, method, count), interpolate,
        n_kept, fresh,
    )  # fmt: skip
