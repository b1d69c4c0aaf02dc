"""heyoka: Taylor series of high order, compiled; batches as wide as the processor's vectors."""

from __future__ import annotations

from typing import Any

import numpy as np
from measure import Run
from problem import Problem, functions_of


def used(problem: Problem) -> list[int]:
    """Return the rows of the parameters that occur in the rates; heyoka wants no others."""
    names = problem.system.vector_field.used()
    return [i for i, name in enumerate(problem.system.parameters) if name in names]


def equations(problem: Problem) -> list[Any]:
    """Return the system in heyoka's expressions, its parameters as runtime ones."""
    import heyoka as hy

    states = hy.make_vars(*(f"y{i}" for i in range(len(problem.y0))))
    states = list(states) if isinstance(states, (list, tuple)) else [states]
    rows = used(problem)
    p = [hy.par[rows.index(i)] if i in rows else 0.0 for i in range(len(problem.p))]
    functions = functions_of(hy)
    rates = problem.replay(hy.time, states, p, functions)
    return list(zip(states, rates, strict=True))


class Heyoka:
    """Taylor methods."""

    name = "heyoka"

    def methods(self, problem: Problem) -> tuple[str, ...]:
        """Return the only one; Taylor methods are explicit."""
        return () if problem.stiff else ("taylor",)

    def single(self, problem: Problem, method: str, rtol: float) -> Run:
        """Return a solve of one trajectory."""
        import heyoka as hy

        integrator = hy.taylor_adaptive(
            equations(problem), problem.y0.tolist(), tol=rtol,
            pars=problem.p[used(problem), 0].tolist(), compact_mode=len(problem.y0) > 20,
        )  # fmt: skip

        def run() -> np.ndarray:
            integrator.time = 0.0
            integrator.state[:] = problem.y0
            integrator.propagate_until(problem.end)
            return integrator.state.copy()

        return run

    def ensemble(self, problem: Problem, method: str, rtol: float) -> Run:
        """Return batches, one after the other."""
        import heyoka as hy

        width = hy.recommended_simd_size()
        start = np.repeat(problem.y0[:, None], width, axis=1)
        members = problem.p[used(problem)]
        n = members.shape[1] // width
        integrator = hy.taylor_adaptive_batch(
            equations(problem), start, tol=rtol, pars=np.ascontiguousarray(members[:, :width]),
            compact_mode=len(problem.y0) > 20,
        )  # fmt: skip
        out = np.empty((len(problem.y0), problem.p.shape[1]))

        def run() -> np.ndarray:
            for i in range(n):
                part = slice(i * width, (i + 1) * width)
                integrator.set_time(0.0)
                integrator.state[:] = start
                integrator.pars[:] = members[:, part]
                integrator.propagate_until(problem.end)
                out[:, part] = integrator.state
            return out

        return run if n * width == problem.p.shape[1] else None


PEER = Heyoka()
