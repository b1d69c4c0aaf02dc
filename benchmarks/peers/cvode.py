"""SUNDIALS' CVODE by scikit-sundae, the rates compiled by numba."""

from __future__ import annotations

from typing import Any

import numpy as np
from compiled import in_place
from measure import Run
from problem import Problem


class Cvode:
    """Adams and BDF methods of variable order."""

    name = "CVODE"

    def methods(self, problem: Problem) -> tuple[str, ...]:
        """Return BDF for stiff problems, else Adams."""
        return ("BDF",) if problem.stiff else ("Adams",)

    def single(self, problem: Problem, method: str, rtol: float) -> Run:
        """Return a solve of one trajectory; with a band where the problem has one."""
        return _run(problem, method, rtol, in_place(problem), 0)

    def ensemble(self, problem: Problem, method: str, rtol: float) -> Run:
        """Return a loop over the members that are compared with the reference."""
        known = np.flatnonzero(np.isfinite(problem.reference).all(axis=0))
        compiled = in_place(problem)
        runs = [_run(problem, method, rtol, compiled, j) for j in known]
        out = np.full(problem.reference.shape, np.nan)

        def run() -> np.ndarray:
            for j, one in zip(known, runs, strict=True):
                out[:, j] = one()
            return out

        return run


def _run(problem: Problem, method: str, rtol: float, compiled: Any, member: int) -> Run:
    from sksundae.cvode import CVODE

    p = problem.p[:, member].copy()

    def rates(t: float, y: Any, out: Any) -> None:
        compiled(t, y, out, p)

    band = {} if problem.band is None else {
        "linsolver": "band", "lband": problem.band, "uband": problem.band,
    }  # fmt: skip
    solver = CVODE(
        rates, method=method, rtol=rtol, atol=rtol * problem.atol_ratio,
        max_num_steps=10**6, **band,
    )  # fmt: skip
    times = np.array([0.0, problem.end])

    def run() -> np.ndarray:
        found = solver.solve(times, problem.y0)
        return found.y[-1] if found.success else np.full(len(problem.y0), np.nan)

    return run


PEER = Cvode()
