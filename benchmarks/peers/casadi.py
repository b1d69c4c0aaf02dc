"""CasADi: SUNDIALS' CVODES, the rates and their sparse Jacobian as CasADi's own expressions.

Its virtual machine evaluates them; to have them compiled by a C compiler gains a fifth at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from gradients import Loss
from measure import Run
from problem import Problem, functions_of


class Casadi:
    """Adams and BDF methods of variable order, and their adjoint."""

    name = "CasADi"

    def methods(self, problem: Problem) -> tuple[str, ...]:
        """Return BDF for stiff problems, else Adams."""
        return ("bdf",) if problem.stiff else ("adams",)

    def single(self, problem: Problem, method: str, rtol: float) -> Run:
        """Return a solve of one trajectory."""
        solve = _integrator(problem, method, rtol, [problem.end])
        y0, p = problem.y0, problem.p[:, 0]
        return lambda: np.array(solve(x0=y0, p=p)["xf"])[:, 0]

    def ensemble(self, problem: Problem, method: str, rtol: float) -> Run:
        """Return a compiled loop over the members that are compared with the reference."""
        known = np.flatnonzero(np.isfinite(problem.reference).all(axis=0))
        solve = _integrator(problem, method, rtol, [problem.end]).map(len(known))
        y0, p = np.repeat(problem.y0[:, None], len(known), axis=1), problem.p[:, known]
        out = np.full(problem.reference.shape, np.nan)

        def run() -> np.ndarray:
            out[:, known] = np.array(solve(x0=y0, p=p)["xf"])
            return out

        return run

    def gradient_methods(self, problem: Loss) -> tuple[str, ...]:
        """Return Adams' methods, going back."""
        return ("adams reverse",)

    def gradient(self, problem: Loss, method: str, rtol: float) -> Run:
        """Return a compiled loop over those parameter sets that are compared with the reference."""
        import casadi

        solve = _integrator(problem, method.partition(" ")[0], rtol, problem.times.tolist())
        theta, p = casadi.MX.sym("theta", len(problem.rows)), casadi.MX.sym("p", len(problem.p))
        parts = casadi.vertsplit(p)
        for k, row in enumerate(problem.rows):
            parts[row] = theta[k]
        names = problem.system.parameters
        start = casadi.vertcat(*(parts[names.index(f"{s}(0)")] for s in problem.system.states))
        found = solve(x0=start, p=casadi.vertcat(*parts))["xf"]
        loss = casadi.sumsqr(found - casadi.DM(problem.readings))
        known = np.flatnonzero(np.isfinite(problem.reference).all(axis=0))
        both = casadi.Function("both", [theta, p], [loss, casadi.gradient(loss, theta)])
        every = both.map(len(known))
        values, out = problem.p[:, known], np.full(problem.reference.shape, np.nan)
        points = values[problem.rows]

        def run() -> np.ndarray:
            out[:, known] = np.array(every(points, values)[1])
            return out

        return run


def _integrator(problem: Problem, method: str, rtol: float, times: Sequence[float]) -> Any:
    import casadi

    y, p = casadi.SX.sym("y", len(problem.y0)), casadi.SX.sym("p", len(problem.p))
    t = casadi.SX.sym("t")
    states, parameters = casadi.vertsplit(y), casadi.vertsplit(p)
    rates = problem.replay(t, states, parameters, functions_of(casadi))
    options = {
        "reltol": rtol, "abstol": rtol * problem.atol_ratio, "linear_multistep_method": method,
        "max_num_steps": 10**6,
    }  # fmt: skip
    equations = {"x": y, "t": t, "p": p, "ode": casadi.vertcat(*rates)}
    return casadi.integrator("solve", "cvodes", equations, 0.0, times, options)


PEER = Casadi()
