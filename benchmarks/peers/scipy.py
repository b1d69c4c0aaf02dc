"""scipy's solve_ivp, the rates compiled by numba, one member after the other."""

from __future__ import annotations

import numpy as np
from compiled import of_arrays
from measure import Run
from problem import Problem

SAMPLE = 40  # members of an ensemble that are solved for a time; the rest takes as long each


class Scipy:
    """solve_ivp."""

    name = "scipy"

    def methods(self, problem: Problem) -> tuple[str, ...]:
        """Return the stiff or the explicit ones."""
        return ("LSODA", "Radau") if problem.stiff else ("RK45", "DOP853", "LSODA")

    def single(self, problem: Problem, method: str, rtol: float) -> Run:
        """Return a solve of one trajectory."""
        return self._run(problem, method, rtol, problem.p[:, 0])

    def ensemble(self, problem: Problem, method: str, rtol: float) -> None:
        """Return nothing: a loop over thousands of members takes minutes, as everyone knows."""

    def _run(self, problem: Problem, method: str, rtol: float, p: np.ndarray) -> Run:
        from scipy.integrate import solve_ivp

        rates = of_arrays(problem)
        rates(0.0, problem.y0, p)
        band = {} if problem.band is None or method != "LSODA" else {
            "lband": problem.band, "uband": problem.band,
        }  # fmt: skip

        def run() -> np.ndarray:
            found = solve_ivp(
                rates, (0.0, problem.end), problem.y0, method=method, args=(p,), rtol=rtol,
                atol=rtol * problem.atol_ratio, **band,
            )  # fmt: skip
            return found.y[:, -1] if found.success else np.full(len(problem.y0), np.nan)

        return run


PEER = Scipy()
