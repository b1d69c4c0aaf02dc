"""diffrax: JAX, compiled, members by vmap."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from gradients import Loss
from measure import Run
from problem import Problem, functions_of

MOST = 300  # states: those of a text are traced one by one, a thousand for ten minutes


class Diffrax:
    """Explicit and implicit Runge-Kutta methods."""

    name = "diffrax"

    def methods(self, problem: Problem) -> tuple[str, ...]:
        """Return the stiff one, or the two explicit ones of order 5 and 8."""
        if len(problem.y0) > MOST:
            return ()
        return ("Kvaerno5",) if problem.stiff else ("Tsit5", "Dopri8")

    def single(self, problem: Problem, method: str, rtol: float) -> Run:
        """Return a solve of one trajectory."""
        import jax

        jax.config.update("jax_enable_x64", True)
        solve, p = _compiled(problem, method), jax.numpy.asarray(problem.p[:, 0])
        return lambda: np.asarray(solve(p, rtol))

    def ensemble(self, problem: Problem, method: str, rtol: float) -> Run:
        """Return all members in one call."""
        import jax

        jax.config.update("jax_enable_x64", True)
        solve, p = _compiled(problem, method, many=True), jax.numpy.asarray(problem.p.T)
        return lambda: np.asarray(solve(p, rtol)).T

    def gradient_methods(self, problem: Loss) -> tuple[str, ...]:
        """Return the explicit ones, going back; forward too for one set of few parameters."""
        back = ("Tsit5 reverse", "Dopri8 reverse")
        return (
            (*back, "Tsit5 forward") if problem.p.shape[1] == 1 and len(problem.by) < 10 else back
        )

    def gradient(self, problem: Loss, method: str, rtol: float) -> Run:
        """Return loss and gradient of all parameter sets in one call."""
        import diffrax
        import jax

        jax.config.update("jax_enable_x64", True)
        xp = jax.numpy
        scheme, _, way = method.partition(" ")
        adjoint = (
            diffrax.ForwardMode() if way == "forward" else diffrax.RecursiveCheckpointAdjoint()
        )
        n, rows = len(problem.y0), xp.asarray(problem.rows)
        start = [problem.system.parameters.index(f"{s}(0)") for s in problem.system.states]
        times, readings = xp.asarray(problem.times), xp.asarray(problem.readings.T)
        control = diffrax.PIDController(rtol=rtol, atol=rtol * problem.atol_ratio)

        def rates(t: Any, y: Any, p: Any) -> Any:
            return xp.stack(problem.replay(t, [y[i] for i in range(n)], list(p), functions_of(xp)))

        def loss(theta: Any, p: Any) -> Any:
            p = p.at[rows].set(theta)
            found = diffrax.diffeqsolve(
                diffrax.ODETerm(rates), getattr(diffrax, scheme)(), 0.0, problem.end, None,
                p[xp.asarray(start)], args=p, stepsize_controller=control, max_steps=4096,
                saveat=diffrax.SaveAt(ts=times), adjoint=adjoint, throw=False,
            )  # fmt: skip
            return ((found.ys - readings) ** 2).sum()

        def forward(theta: Any, p: Any) -> Any:
            return loss(theta, p), jax.jacfwd(loss)(theta, p)

        both = jax.jit(jax.vmap(forward if way == "forward" else jax.value_and_grad(loss)))
        theta, p = xp.asarray(problem.p[problem.rows].T), xp.asarray(problem.p.T)
        return lambda: np.asarray(both(theta, p)[1]).T


@lru_cache(maxsize=4)
def _compiled(problem: Problem, method: str, *, many: bool = False) -> Callable[..., Any]:
    """Return a function of parameters and tolerance: to compile one takes up to a minute."""
    import diffrax
    import jax

    xp = jax.numpy
    functions = functions_of(xp)
    n = len(problem.y0)

    def rates(t: Any, y: Any, p: Any) -> Any:
        return xp.stack(problem.replay(t, [y[i] for i in range(n)], list(p), functions))

    y0 = xp.asarray(problem.y0)

    def solve(p: Any, rtol: Any) -> Any:
        control = diffrax.PIDController(rtol=rtol, atol=rtol * problem.atol_ratio)
        return diffrax.diffeqsolve(
            diffrax.ODETerm(rates), getattr(diffrax, method)(), 0.0, problem.end, None, y0,
            args=p, stepsize_controller=control, max_steps=100_000,
            saveat=diffrax.SaveAt(t1=True), adjoint=diffrax.ForwardMode(), throw=False,
        ).ys[0]  # fmt: skip

    return jax.jit(jax.vmap(solve, in_axes=(0, None)) if many else solve)


PEER = Diffrax()
