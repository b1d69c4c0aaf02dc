"""Closed forms of the library against integration, at many random values of the parameters.

    python benchmarks/exact_numbers.py [--points 1000] [--only NAME]

Values lie within a factor of four of the model's own. The integration is of order 8 at a relative
tolerance of 1e-13; a gap is relative to the state at its largest. What one of the two does not
reach is counted as missing, not as a gap.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

import numpy as np

import ratelaw as rl
from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.library import LIBRARY
from ratelaw.solvers.backends import SHELF
from ratelaw.solvers.evaluate import rows_function
from ratelaw.solvers.problem import InitialValueProblem, initial_value_problem

WORST = 1e-9  # largest gap that the integration itself explains
FACTOR = 4.0
FINE = 1e-13


def spread(problem: InitialValueProblem, points: int, seed: int) -> InitialValueProblem:
    """Return a problem at random parameters."""
    random, size = np.random.default_rng(seed), (len(problem.p), points)
    p = problem.p * FACTOR ** random.uniform(-1, 1, size)
    start = rows_function(problem.system.start, "start", (("p", len(p)),))
    atol = np.full((problem.system.n_states, 1), FINE * 1e-6)
    return replace(problem, p=p, y0=start(p), rtol=FINE, atol=atol, max_steps=200_000)


def gaps(problem: InitialValueProblem) -> tuple[float, int]:
    """Return the largest gap, and how many trajectories one of the two does not end."""
    exact = SHELF["exact"].solve(problem, "closed_form").y
    backend = "lanes" if SHELF["lanes"].refusal(problem, "dop853") is None else "reference"
    steps = SHELF[backend].solve(problem, "dop853").y
    both = np.isfinite(exact) & np.isfinite(steps)
    scale = np.max(np.abs(np.where(both, steps, 0.0)), axis=2, keepdims=True)
    gap = np.where(both, np.abs(exact - steps) / np.where(scale > 0, scale, 1.0), 0.0)
    return float(gap.max()), int((~both).any(axis=(0, 2)).sum())


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--points", type=int, default=1000)
    parser.add_argument("--only", default="")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    for name in LIBRARY:
        if given.only not in name:
            continue
        entry = LIBRARY.entry(name)
        try:
            rl.solve_exactly(entry.model, budget=20)
            times = np.linspace(entry.model.t0, entry.reference.time, 11)[1:]
            problem = spread(initial_value_problem(entry.model, times), given.points, given.seed)
            gap, missing = gaps(problem)
        except NoClosedFormError:
            continue
        verdict = "" if gap <= WORST else "   TOO LARGE"
        sys.stdout.write(f"{name:24} largest gap {gap:8.1e}   missing {missing:5}{verdict}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
