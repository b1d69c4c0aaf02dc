"""Method x controller x system: the tapes of one attempted step, its control, its dense output."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from ..models.system import FirstOrderSystem
from .compose.control import begin, control
from .compose.program import Integrator, Iterated, Program
from .method import Method
from .tableaux.rosenbrock import RosenbrockTableau
from .tableaux.taylor import TaylorSeries

__all__ = ["Integrator", "Program", "compose", "interpolation"]


class _Kind(Protocol):
    """How steps of one kind of method are composed."""

    def attempt(self, system: FirstOrderSystem, method: Method) -> Program | Iterated:
        """Compose one attempted step."""
        ...

    def interpolate(self, system: FirstOrderSystem, method: Method) -> Program:
        """Compose the dense output."""
        ...


@lru_cache(maxsize=64)
def compose(system: FirstOrderSystem, method: Method, controlled: int | None = None) -> Integrator:
    """Return the integrator of a system by a method.

    Only the errors of the first states count, as many as are `controlled`; all if not given.
    """
    kind = _kind(method)
    step, interpolate = kind.attempt(system, method), kind.interpolate(system, method)
    n_kept = (dict(interpolate.arguments)["k"] or 0) // max(1, system.n_states)
    fresh = method.tableau.n_stages - (method.tableau.end_stage is not None)
    if isinstance(step, Iterated):
        fresh = step.times * (method.tableau.n_stages - 1) + 1
    count = system.n_states if controlled is None else controlled
    return Integrator(
        begin(system, method, count), step, control(system, method, count), interpolate, n_kept,
        fresh,
    )  # fmt: skip


@lru_cache(maxsize=64)
def interpolation(system: FirstOrderSystem, method: Method) -> Program:
    """Return the dense output of a method alone."""
    return _kind(method).interpolate(system, method)


def _kind(method: Method) -> _Kind:
    """Return the module of a kind of method; the others are not loaded."""
    if isinstance(method.tableau, TaylorSeries):
        from .compose import taylor

        return taylor
    if method.tableau.is_explicit:
        from .compose import explicit

        return explicit
    if isinstance(method.tableau, RosenbrockTableau):
        from .compose import rosenbrock

        return rosenbrock
    from .compose import implicit

    return implicit
