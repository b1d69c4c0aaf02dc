"""What a large ensemble occupies beside its inputs and outputs.

Outputs are the final state of every member, how it ended, and where, and its counts of steps.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from page import grid
from problems import LORENZ

SIZES = (100_000, 1_000_000)
SCRIPT = """
import json, resource, sys
from dataclasses import fields
import numpy as np
import ratelaw as rl
def most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
n, text = json.loads(sys.stdin.read())
rl.solve(rl.model(text).vary("member", {"r": np.linspace(0.0, 21.0, 1000)}), [1.0])
before = most()
r = np.linspace(0.0, 21.0, n)
model = rl.model(text).vary("member", {"r": r})
sol = rl.solve(model, [1.0])
found = (getattr(sol.trajectories, field.name) for field in fields(sol.trajectories))
inputs, outputs = r.nbytes, sum(x.nbytes for x in found if isinstance(x, np.ndarray))
print(json.dumps([most() - before, inputs, outputs, sol.method]))
"""


def study(members: int) -> list[dict[str, Any]]:
    """Print and return how the most that a process occupied grew by one solve."""
    del members
    rows = []
    for n in SIZES:
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], input=json.dumps([n, LORENZ]), capture_output=True,
            text=True, check=True,
        )  # fmt: skip
        grown, inputs, outputs, method = json.loads(done.stdout)
        row = {"members": n, "grown": grown, "inputs": inputs, "outputs": outputs,
               "method": method}  # fmt: skip
        print(
            f"lorenz, {n} members by {method}: {grown / 2**20:.0f} MB more, of these "
            f"{inputs / 2**20:.0f} inputs, {outputs / 2**20:.0f} outputs", flush=True,
        )  # fmt: skip
        rows.append(row)
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    """Return the figures as a table."""
    titles = ("Lorenz, members", "Method", "MB more at the most", "Inputs", "Outputs", "Besides")
    cells = [
        [r["members"], r["method"],
         *(f"{x / 2**20:.0f}" for x in (r["grown"], r["inputs"], r["outputs"],
                                        r["grown"] - r["inputs"] - r["outputs"]))]
        for r in rows
    ]  # fmt: skip
    return grid(titles, cells)
