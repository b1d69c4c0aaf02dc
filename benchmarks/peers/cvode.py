"""SUNDIALS' CVODE by scikit-sundae, the rates compiled by numba."""

from __future__ import annotations

from typing import Any

import numpy as np
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
        from numba import njit
        from sksundae.cvode import CVODE

        scope: dict = {"math": __import__("math")}
        head = "def rates(t, y, out, p):"
        exec(problem.source(head, "out[{i}] = {value}", lambda kind, i: f"{kind}[{i}]"), scope)
        compiled, p = njit(scope["rates"]), problem.p[:, 0].copy()

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

    def ensemble(self, problem: Problem, method: str, rtol: float) -> None:
        """Return nothing: one solver per member, thousands of times slower than the others."""


PEER = Cvode()
