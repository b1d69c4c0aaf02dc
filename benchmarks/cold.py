"""How long a fresh process waits for its first result, with and without what is kept on disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from growth import ring
from networks import dense, oscillators
from page import grid
from problems import PREY, heat

RUNS = 3
SCRIPT = """
import json, sys, time
begin, work = time.perf_counter(), time.process_time()
import ratelaw as rl
text, end, method = json.loads(sys.stdin.read())
model = rl.model(text)
read = time.perf_counter()
sol = rl.solve(model, [end], method=method)
assert sol.success, sol.message
done = time.perf_counter()
print(json.dumps([done - begin, done - read, time.process_time() - work, sol.method]))
"""


def cases() -> dict[str, tuple[str, float, str]]:
    """Return texts, end times and methods of models that are solved at first sight."""
    return {
        "Lotka-Volterra": (PREY, 20.0, "auto"),
        "ring of 300 states": (ring(300), 1.0, "auto"),
        **{f"dense, {n} states": (dense(n), 1.0, "auto") for n in (100, 300)},
        "300 oscillators, by index": (oscillators(300), 1.0, "auto"),
        "heat, 1000 points": (heat(1000)[0], 0.1, "auto"),
    }


class First(NamedTuple):
    """Seconds of a first result: in all, of these in `solve`, and of the processor."""

    whole: float
    solving: float
    processor: float
    method: str


def first(case: tuple[str, float, str], cache: str) -> First:
    """Solve in a fresh process that keeps code in a folder."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], input=json.dumps(case), capture_output=True, text=True,
        check=True, cwd=Path(cache).parent, env={**os.environ, "RATELAW_CACHE": cache},
    )  # fmt: skip
    return First(*json.loads(done.stdout))


def medians(found: list[First]) -> list[float]:
    """Return the medians of the seconds."""
    return [median(x) for x in list(zip(*found, strict=True))[:3]]


def study(members: int) -> list[dict[str, Any]]:
    """Print and return the medians of several fresh processes."""
    del members
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, case in cases().items():
            empty = [first(case, f"{folder}/{name}{i}") for i in range(RUNS)]
            kept = [first(case, f"{folder}/{name}0") for _ in range(RUNS)]
            row = {"model": name, "method": empty[0].method, "empty": medians(empty),
                   "kept": medians(kept)}  # fmt: skip
            print(f"{name:26} {row['method']:24} nothing kept {_told(row['empty'])}; "
                  f"kept {_told(row['kept'])}", flush=True)  # fmt: skip
            rows.append(row)
    return rows


def _told(seconds: list[float]) -> str:
    whole, solving, processor = seconds
    return f"{whole:.2f} s, solving {solving:.2f}, processor {processor:.2f}"


def table(rows: list[dict[str, Any]]) -> str:
    """Return the figures as a table."""
    titles = (
        "Model", "Method", "Nothing kept: s in all", "in `solve`", "of the processor",
        "Code kept: s in all", "in `solve`", "of the processor",
    )  # fmt: skip
    cells = [
        [r["model"], r["method"], *(f"{x:.2f}" for x in (*r["empty"], *r["kept"]))] for r in rows
    ]
    return grid(titles, cells)
