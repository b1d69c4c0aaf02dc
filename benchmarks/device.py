"""An ensemble on an accelerator: by ratelaw, torchdiffeq and diffrax; and on the cores beside.

Of ever more members: where the device is worth its way. Of times the median, with the transfer of
start values and results, which a user waits for too; an error beside every time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from measure import Run, median_time
from page import grid
from peers.diffrax import PEER as DIFFRAX
from peers.ratelaw import PEER as RATELAW
from problem import Problem, functions_of
from problems import ensemble

import ratelaw as rl

TOLERANCE = 1e-6
MEMBERS = (1, 100, 10_000, 100_000, 1_000_000)
LONG = 8.0  # seconds for one solve, beyond which a contender gets no larger ensembles


def study(members: int) -> list[dict[str, Any]]:
    """Print and return the times of ensembles of up to a hundred times `members`."""
    import torch

    if not torch.cuda.is_available():
        print("torch finds no CUDA device here: nothing to measure")
        return []
    print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}; Lorenz at {TOLERANCE:g}")
    rows = []
    for name, prepare in CONTENDERS.items():
        for row in _growing(name, prepare, [n for n in MEMBERS if n <= 100 * members]):
            print(f"{name:32} {row['members']:8} members  {row['seconds'] * 1e3:10.3f} ms   "
                  f"error {row['error']:.1e}", flush=True)  # fmt: skip
            rows.append(row)
    return rows


def _growing(
    name: str, prepare: Callable[[Problem], Run], sizes: list[int]
) -> Iterator[dict[str, Any]]:
    for n in sizes:
        problem = ensemble("lorenz", n)
        run = prepare(problem)
        error = problem.error(run())
        seconds = median_time(run)
        yield {"contender": name, "members": n, "seconds": seconds,
               "error": error}  # fmt: skip
        if seconds > LONG:
            break


def _ratelaw(problem: Problem, **options: Any) -> Run:
    model, times = problem.model.vary("member", problem.varies), np.array([problem.end])
    tolerances = {"rtol": TOLERANCE, "atol": TOLERANCE * problem.atol_ratio}
    return lambda: rl.solve(model, times, **tolerances, **options).y[..., -1]


def _by_hand(problem: Problem) -> Run:
    """Return what a user of torchdiffeq writes: the members as columns of one tensor."""
    import torch
    from torchdiffeq import odeint

    functions, times = functions_of(torch), torch.tensor([0.0, problem.end], dtype=torch.float64)

    def run() -> np.ndarray:
        p = torch.tensor(problem.p, device="cuda")
        y0 = torch.tensor(problem.y0, device="cuda")[:, None].repeat(1, p.shape[1])

        def rates(t: Any, y: Any) -> Any:
            return torch.stack(problem.replay(t, list(y), list(p), functions))

        with torch.no_grad():
            found = odeint(rates, y0, times.cuda(), rtol=TOLERANCE,
                           atol=TOLERANCE * problem.atol_ratio, method="dopri5")  # fmt: skip
        return found[-1].cpu().numpy()

    return run


def table(rows: list[dict[str, Any]]) -> str:
    """Return the figures as a table."""
    cells = [
        [r["contender"], r["members"], f"{r['seconds'] * 1e3:.3g}", f"{r['error']:.1e}"]
        for r in rows
    ]
    return grid(("Contender", "Members", "ms", "Error"), cells)


CONTENDERS: dict[str, Callable[[Problem], Run]] = {
    "ratelaw, kernels on all cores": lambda problem: RATELAW.ensemble(problem, "auto", TOLERANCE),
    "ratelaw, torchdiffeq:dopri5": partial(_ratelaw, method="torchdiffeq:dopri5", device="cuda"),
    "torchdiffeq by hand, dopri5": _by_hand,
    "diffrax Tsit5": lambda problem: DIFFRAX.ensemble(problem, "Tsit5", TOLERANCE),
}
