"""Random models for ten minutes: nothing crashes, and memory does not grow.

    python benchmarks/soak.py [--minutes 10]

Every model is new, so that everything is read, lowered, compiled and thrown away; each is solved
many at once, differentiated and fitted for a few steps. What caches may keep is bounded, so growth
is judged after they have filled: between the first third and the end.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from pathlib import Path

os.environ["RATELAW_CACHE"] = ""  # models of a soak are of no use to anyone later

import numpy as np

import ratelaw as rl
from ratelaw.models.errors import RatelawError

STATES = "xyzuvw"
LIMIT = 40 << 20  # bytes of growth after the first third that are still no leak


def resident() -> int:
    """Return how much memory this process occupies, in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def formula(dice: random.Random, names: list[str], depth: int) -> str:
    """Return a random smooth formula."""
    if depth == 0 or dice.random() < 0.2:
        return dice.choice([*names, f"{dice.uniform(0.1, 2):.3f}"])
    a, b = (formula(dice, names, depth - 1) for _ in range(2))
    return dice.choice(
        [f"({a} + {b})", f"({a} - {b})", f"{a}*{b}", f"sin({a})", f"exp(-({a})^2)",
         f"{a}/(1 + ({b})^2)", f"tanh({a})"]
    )  # fmt: skip


def text(dice: random.Random) -> tuple[str, list[str]]:
    """Return a random model and its states."""
    states = list(STATES[: dice.randint(1, len(STATES))])
    names = [*states, "k", "m"]
    rows = [
        f"d{s}/dt = {formula(dice, names, 3)} - {s}; {s}(0) = {dice.random():.3f}" for s in states
    ]
    if dice.random() < 0.3:
        rows.append(f"at t = {dice.uniform(0.1, 1):.3f}: {states[0]} = {states[0]} + m")
    return "\n".join([*rows, f"k = {dice.random():.3f}; m = {dice.random():.3f}"]), states


def use(dice: random.Random) -> str:
    """Solve, differentiate and fit one random model; return how that ended."""
    written, states = text(dice)
    model = rl.model(written)
    many = model.vary("i", {"k": np.linspace(0.1, 2, 50)})
    method = dice.choice(["auto", "lanes:tsit5", "lanes:dop853", "lanes:rodas5p"])
    times = np.linspace(0, 2, 9)
    try:
        rl.solve(many, times, method=method, check=False)
        one = rl.solve(model, times, sensitivities=["k", f"{states[0]}(0)"], check=False)
        if np.isfinite(one.y).all():
            data = {"time": times, states[0]: one.y[0] + 0.01}
            free = {"k": (0.01, 5), "m": (0.01, 5), f"{states[0]}(0)": (-2, 2)}
            rl.fit(model, data, free, optimiser="descent", max_iterations=3)
    except RatelawError as refused:
        return type(refused).__name__
    return "done"


def main() -> None:
    """Use models until the time is over; say what grew."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    dice, begin, ends = random.Random(given.seed), time.monotonic(), {}
    warm, shown, count = None, begin, 0
    while (passed := time.monotonic() - begin) < 60 * given.minutes:
        ended = use(dice)
        ends[ended] = ends.get(ended, 0) + 1
        count += 1
        if warm is None and passed > 20 * given.minutes:
            warm = resident()
        if time.monotonic() - shown > 30:
            shown = time.monotonic()
            print(f"{passed:5.0f} s: {count} models, {resident() >> 20} MB", flush=True)
    grown = resident() - (warm or resident())
    print(f"{count} models, ended as {ends}; {resident() >> 20} MB")
    print(f"grown by {grown / 2**20:.1f} MB since the first third")
    assert grown < LIMIT, "memory grows: something is kept that should not be"


if __name__ == "__main__":
    main()
