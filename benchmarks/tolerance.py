"""Whether the tolerance asked for is delivered; alone, also by other methods and other problems.

    python benchmarks/tolerance.py [CASES] [--methods dopri5 ...] [--estimate]

CASES is a file of initial value problems with end states known to many digits (keys ``states``,
``rhs``, ``aux``, ``params``, ``y0``, ``t0``, ``t1``, ``reference``, ``scale``); the one beside this
script tells where its problems are from. A cell is one problem at one tolerance; its figure of
merit is the largest error of the end state, each relative to the state's scale, divided by the
tolerance. Absolute tolerances are a thousandth of the relative one, times the scale where that is
below one.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from page import grid

import ratelaw as rl

CASES = Path(__file__).parent / "cases.json"
TOLERANCES = (1e-4, 1e-6, 1e-8)
HONOURED = 10.0
CLOSE = 3.0  # an estimate of the global error may be this many times too small
MAX_STEPS = 2_000_000


@dataclass(frozen=True)
class Cell:
    """One problem at one tolerance."""

    merit: float
    steps: int
    seconds: float
    method: str
    near: np.ndarray  # per state: error at most CLOSE estimates; and the other way round too


def text(case: dict[str, Any]) -> str:
    """Return a case as the text of a model."""
    lines = [f"{name} = {formula}" for name, formula in case["aux"]]
    lines += [f"d{s}/dt = {rate}" for s, rate in zip(case["states"], case["rhs"], strict=True)]
    starts = zip(case["states"], case["y0"], strict=True)
    lines += [f"{s}({case['t0']}) = {value}" for s, value in starts]
    lines += [f"{name} = {value}" for name, value in case["params"].items()]
    return re.sub(r"\bwhere\(", "if(", "\n".join(lines))


def measure(case: dict[str, Any], model: Any, method: str, rtol: float, estimate: bool) -> Cell:
    scale, truth = (np.array(case[key], dtype=float) for key in ("scale", "reference"))
    atol = {s: rtol / 1000 * min(1, c) for s, c in zip(case["states"], scale, strict=True)}
    options = {"error": "global"} if estimate else {}
    begin = time.perf_counter()
    sol = rl.solve(
        model, [float(case["t1"])], method=method, rtol=rtol, atol=atol, max_steps=MAX_STEPS,
        check=False, **options,
    )  # fmt: skip
    seconds = time.perf_counter() - begin
    gaps = np.abs(sol.y[:, -1] - truth)
    found = sol.trajectories
    near = np.empty((2, 0))
    if estimate:
        told = sol.error.y[:, -1]
        rounding = 1e-14 * np.maximum(scale, np.abs(truth))
        enough = gaps <= CLOSE * told + rounding
        near = np.array([enough, enough & (told <= CLOSE * gaps + rounding)])
    merit = float(np.max(gaps / scale)) / rtol
    steps = int(found.n_steps.sum() + found.n_rejected.sum())
    return Cell(merit, steps, seconds, sol.method, near)


def suits(case: dict[str, Any], method: str) -> bool:
    """Return whether a method is meant for a problem: explicit ones are not for stiff ones."""
    name = method.rpartition(":")[2]
    explicit = name in rl.methods and rl.methods[name].tableau.is_explicit
    return not (explicit and case["kind"] == "stiff")


def cells(cases: dict[str, Any], method: str, estimate: bool) -> Iterator[tuple[str, list[Cell]]]:
    """Yield the cells of every problem that a method is meant for, by tolerance."""
    for name, case in cases.items():
        if suits(case, method):
            model = rl.model(text(case))
            yield name, [measure(case, model, method, rtol, estimate) for rtol in TOLERANCES]


def show(cases: dict[str, Any], method: str, estimate: bool) -> list[dict[str, Any]]:
    """Print every problem's cells and what they come to; return them."""
    print(f"{method}: error / tolerance (steps) at rtol {TOLERANCES}")
    found: list[Cell] = []
    rows: list[dict[str, Any]] = []
    for name, row in cells(cases, method, estimate):
        found += row
        shown = "".join(f"{c.merit:10.2g} ({c.steps:7d})" for c in row)
        missed = "" if all(c.near[:1].all() for c in row) else "  estimate too small"
        print(f"  {name:24}{shown}  {row[-1].method}{missed}", flush=True)
        near = np.concatenate([c.near for c in row], axis=1)
        rows.append({
            "problem": name, "merits": [c.merit for c in row],
            "methods": list(dict.fromkeys(c.method for c in row)),
            "near": near.sum(axis=1).tolist(), "values": near.shape[1],
        })  # fmt: skip
    summary(method, found, estimate)
    return rows


def study(members: int) -> list[dict[str, Any]]:
    """Print and return the cells of the automatic choice, with its estimate of global errors."""
    del members
    return show(json.loads(CASES.read_text()), "auto", estimate=True)


def table(rows: list[dict[str, Any]]) -> str:
    """Return the figures as a table, and what they come to."""
    merits = [m for r in rows for m in r["merits"]]
    honoured, values = sum(m < HONOURED for m in merits), sum(r["values"] for r in rows)
    enough, both = (sum(r["near"][k] for r in rows) / values for k in (0, 1))
    titles = ("Problem", *(f"Error / tolerance at {rtol:.0e}" for rtol in TOLERANCES), "Methods")
    lines = grid(titles, [
        [r["problem"], *(f"{m:.2g}" for m in r["merits"]), ", ".join(r["methods"])] for r in rows
    ])  # fmt: skip
    return (
        f"{lines}\n\nBelow {HONOURED:g} in {honoured} of {len(merits)} cells "
        f'({honoured / len(merits):.0%}). With `error="global"`, {enough:.1%} of {values} true '
        f"errors are at most {CLOSE:g} x their estimate, {both:.1%} also at least a third of it."
    )


def summary(method: str, cells: list[Cell], estimate: bool) -> None:
    honoured = sum(c.merit < HONOURED for c in cells)
    print(
        f"{method}: below {HONOURED:g} in {honoured} of {len(cells)} cells "
        f"({honoured / len(cells):.0%}); {sum(c.steps for c in cells)} steps, "
        f"{sum(c.seconds for c in cells):.1f} s with compiling"
    )
    if estimate:
        near = np.concatenate([c.near for c in cells], axis=1)
        one, both = near.mean(axis=1)
        print(
            f"{method}: of {near.shape[1]} true errors {one:.1%} are at most {CLOSE:g} x their "
            f"estimate, {both:.1%} also at least the estimate / {CLOSE:g}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", type=Path, nargs="?", default=CASES)
    parser.add_argument("--methods", nargs="+", default=["auto"])
    parser.add_argument("--problems", nargs="+")
    parser.add_argument("--estimate", action="store_true", help="judge error='global' too")
    given = parser.parse_args()
    cases = json.loads(given.cases.read_text())
    chosen = {k: v for k, v in cases.items() if not given.problems or k in given.problems}
    for method in given.methods:
        show(chosen, method, given.estimate)


if __name__ == "__main__":
    main()
