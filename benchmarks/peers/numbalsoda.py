"""numbalsoda: LSODA and DOP853 in compiled code, the rates a numba callback."""

from __future__ import annotations

from typing import Any

import numpy as np
from compiled import callback
from measure import Run
from problem import Problem


class Numbalsoda:
    """LSODA and DOP853."""

    name = "numbalsoda"

    def methods(self, problem: Problem) -> tuple[str, ...]:
        """Return both, or LSODA alone for stiff problems."""
        return ("lsoda",) if problem.stiff else ("lsoda", "dop853")

    def single(self, problem: Problem, method: str, rtol: float) -> Run:
        """Return a solve of one trajectory."""
        import numbalsoda

        solver, rates = getattr(numbalsoda, method), callback(problem)
        times, p = np.array([0.0, problem.end]), np.ascontiguousarray(problem.p[:, 0])
        atol = rtol * problem.atol_ratio
        address = rates.address

        def run(keep: object = rates) -> np.ndarray:
            found, ok = solver(address, problem.y0, times, p, rtol=rtol, atol=atol)
            return found[-1] if ok else np.full(len(problem.y0), np.nan)

        return run

    def ensemble(self, problem: Problem, method: str, rtol: float) -> Run:
        """Return a compiled loop over the members."""
        import numbalsoda
        from numba import njit

        solver, rates = getattr(numbalsoda, method), callback(problem)
        address, times, y0 = rates.address, np.array([0.0, problem.end]), problem.y0
        members, atol = np.ascontiguousarray(problem.p.T), rtol * problem.atol_ratio
        out = np.empty((len(y0), len(members)))

        @njit
        def loop(members: Any, out: Any) -> None:
            for j in range(len(members)):
                found, _ = solver(address, y0, times, members[j], rtol=rtol, atol=atol)
                out[:, j] = found[-1]

        def run(keep: object = rates) -> np.ndarray:
            loop(members, out)
            return out

        return run


PEER = Numbalsoda()
