"""What a call costs besides the steps: of one trajectory that takes only a few of them.

Three ways in: numbers to numbers by a prepared function, the same model solved again, and what a
user types in a loop, a model with other values, solved and read by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from typing import Any

import numpy as np
from measure import median_time
from page import grid
from problems import COOLING, PREY

import ratelaw as rl
from ratelaw.solvers.prepared import prepare

END = 0.1  # short, so that little besides the call remains
RUNS = 3000
FREE = {"cooling": COOLING.replace("0.7", "k") + "; k = 0.7",
        "lotka-volterra": PREY.replace("1.5", "k") + "; k = 1.5"}  # fmt: skip


def ways(text: str) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield ways to call, told in words."""
    model, times = rl.model(text), np.array([END])
    first = model.states[0].name
    for method in ("auto", "lanes:tsit5"):
        run = prepare(model, times, method=method)
        yield f"prepared, {run.method}", partial(run, np.array(run.p))
        sol = rl.solve(model, times, method=method)
        yield f"`solve` again, {sol.method}", lambda m=method: rl.solve(model, times, method=m)
        values = cycle(np.linspace(0.5, 1.0, 997))

        def anew(m: str = method, values: Iterator[float] = values) -> object:
            return rl.solve(model(k=next(values)), times, method=m)[first]

        yield f"other values, `solve` and read by name, {sol.method}", anew


def study(members: int) -> list[dict[str, Any]]:
    """Print and return how long calls take."""
    del members
    rows: list[dict[str, Any]] = []
    for name, text in FREE.items():
        for way, run in ways(text):
            run()
            seconds = median_time(run, least=100, most=RUNS, budget=1.0)
            print(f"{name:16} {way:60} {seconds * 1e6:8.1f} us", flush=True)
            rows.append({"problem": name, "way": way, "seconds": seconds})
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    """Return the figures as a table."""
    cells = [[r["problem"], r["way"], f"{r['seconds'] * 1e6:.1f}"] for r in rows]
    return grid((f"Problem, to time {END}", "Call", "us"), cells)
