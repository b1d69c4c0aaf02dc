"""Measure ratelaw against its peers: ``python benchmarks`` for all, or some works by name.

Every contender solves the same problem in the same run on the same core. A ratio compares times at
the error that ratelaw delivered, interpolated between what the peer delivers at several tolerances.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from gradients import LOSSES, loss  # noqa: E402 - found once the folder is known
from measure import CLOCKS, Clock, Point, at_error, load, machine, median_time  # noqa: E402 - found once the folder is known
from page import against_best, page  # noqa: E402
from problem import Problem  # noqa: E402
from problems import SINGLES, ensemble, single  # noqa: E402

LADDER = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13)
OURS = "ratelaw"
SLOW = 20.0  # seconds for one solve, beyond which a contender's finer tolerances are left out


def peers(wanted: Sequence[str]) -> list[Any]:
    """Return the contenders whose libraries are installed, ratelaw first."""
    found = []
    for file in sorted((HERE / "peers").glob("*.py"), key=lambda f: f.stem != OURS):
        if not wanted or file.stem in (*wanted, OURS):
            found.append(import_module(f"peers.{file.stem}").PEER)
    return found


def members_per_solved(found: np.ndarray) -> float:
    """Return how many members there are for each that was solved: a slow loop takes a sample."""
    if found.ndim < 2:
        return 1.0
    return found.shape[1] / max(1, int(np.isfinite(found).any(axis=0).sum()))


def curve(
    prepare: Callable[[float], Any], problem: Problem, ladder: Sequence[float], clock: Clock
) -> list[Point]:
    """Return error and time at each tolerance; a contender that fails at one ends there."""
    points: list[Point] = []
    for tolerance in ladder:
        try:
            run = prepare(tolerance)
            if run is None:
                break
            found = run()
            seconds = median_time(run, clock) * members_per_solved(found)
            points.append(Point(tolerance, problem.error(found), seconds))
        except Exception as error:  # a peer's refusal is a result, and is shown
            print(
                f"      at {tolerance:g}: {type(error).__name__}: {str(error)[:90]}",
                file=sys.stderr,
            )
            break
        if points[-1].seconds > SLOW:
            break
    return points


Work = Iterator[tuple[Problem, str, Sequence[float]]]


def measured(
    problem: Problem, kind: str, tolerances: Sequence[float], wanted: Sequence[str], clock: Clock
) -> dict[str, list[Point]]:
    """Return the curve of every contender's every method."""
    finest = min(tolerances)
    # Compiling a gradient takes peers half a minute at each tolerance: fewer have to do.
    ladder = [x for x in LADDER if x >= finest * 1e-3][:: 2 if kind == "gradient" else 1]
    curves: dict[str, list[Point]] = {}
    for peer in peers(wanted):
        if not hasattr(peer, kind):
            continue
        own = peer.gradient_methods if kind == "gradient" else peer.methods
        for method in own(problem):
            asked = tolerances if peer.name == OURS else ladder
            found = curve(partial(getattr(peer, kind), problem, method), problem, asked, clock)
            if found:
                curves[f"{peer.name} {method}"] = found
    return curves


def rows(problem: Problem, curves: dict[str, list[Point]]) -> Iterator[dict[str, Any]]:
    """Yield one row per tolerance: our time and error, and each peer's time at that error."""
    ours = next(iter(curves))
    for point in curves[ours]:
        others = {name: at_error(c, point.error) for name, c in curves.items() if name != ours}
        known = {name: t for name, t in others.items() if t is not None}
        best = min(known, key=known.__getitem__, default="")
        nearest = min(
            ((p.error, p.seconds, name) for name, c in curves.items() if name != ours for p in c
             if np.isfinite(p.error)),
            default=None,
        )  # fmt: skip
        yield {
            "problem": problem.name, "tolerance": point.tolerance, "error": point.error,
            "seconds": point.seconds, "best peer": best,
            "ratio": known[best] / point.seconds if best else None,
            "peers": {name: t and t / point.seconds for name, t in others.items()},
            "nearest": nearest and {
                "error": nearest[0], "ratio": nearest[1] / point.seconds, "peer": nearest[2],
            },
        }  # fmt: skip


def show(row: dict[str, Any]) -> None:
    """Print one row."""
    others = "  ".join(f"{n} {'-' if r is None else f'{r:.3g}x'}" for n, r in row["peers"].items())
    print(
        f"{row['problem']:16} {row['tolerance']:7.0e}  error {row['error']:8.1e}  "
        f"{row['seconds'] * 1e3:10.3f} ms   {against_best(row):46} {others}",
        flush=True,
    )


def ensembles(names: Sequence[str], n: int, tolerances: Sequence[float]) -> Work:
    """Yield ensembles of `n` members."""
    return ((ensemble(name, n), "ensemble", tolerances) for name in names)


def gradients(n: int) -> Work:
    """Yield losses of one and of `n` parameter sets, to be differentiated."""
    for name in LOSSES:
        for count in (1, n):
            yield loss(name, count), "gradient", (1e-4, 1e-6)


STIFF = ("robertson", "hires", "van der pol", "oregonator")
WORKS: dict[str, Callable[[int], Work]] = {
    "single": lambda n: ((single(name), "single", (1e-3, 1e-6, 1e-9)) for name in SINGLES),
    "lorenz": lambda n: ensembles(["lorenz"], n, (1e-3, 1e-6, 1e-9, 1e-12)),
    "large": lambda n: ensembles(["pleiades", "brusselator"], max(n // 10, 8), (1e-6,)),
    "stiff": lambda n: ensembles(STIFF, max(n // 10, 8), (1e-4, 1e-6)),
    "heat": lambda n: ((single(f"heat {k}"), "single", (1e-3, 1e-6, 1e-9)) for k in (200, 1000)),
    "gradient": lambda n: gradients(max(n // 10, 8)),
}
# What is not compared with peers: each a module of that name, with `study(members)`.
STUDIES = ("threads", "peak", "growth", "device")


def main() -> None:
    """Measure, print, and write down."""
    parser = argparse.ArgumentParser(description=__doc__)
    known = (*WORKS, *STUDIES)
    parser.add_argument("works", nargs="*", help=f"of {', '.join(known)}; all if not given")
    parser.add_argument("--members", type=int, default=10_000, help="of an ensemble")
    parser.add_argument("--peers", nargs="*", default=[], help="only these")
    parser.add_argument(
        "--clock", choices=CLOCKS, default="wall", help="processor where others keep it busy"
    )
    parser.add_argument("--out", type=Path, help="where to write the figures, as JSON")
    parser.add_argument("--table", type=Path, help="where to write the figures, as Markdown")
    options = parser.parse_args()
    clock = CLOCKS[options.clock]
    unknown = set(options.works) - set(known)
    if unknown:
        parser.error(f"no work is called {sorted(unknown)[0]}; there are {', '.join(known)}")
    print(
        f"{machine()}, load {load():.1f}; ratios: time of a peer at the error ratelaw delivered, "
        "over ratelaw's time"
    )
    found = []
    for work in options.works or known:
        print(f"\n{work}")
        if work in STUDIES:
            found += import_module(work).study(options.members)
            continue
        for problem, kind, tolerances in WORKS[work](options.members):
            for row in rows(problem, measured(problem, kind, tolerances, options.peers, clock)):
                show(row)
                found.append({"work": work, **row})
    if options.table:
        options.table.write_text(page(found, f"{machine()}, load {load():.1f}", sys.argv[1:]))
    if options.out:
        options.out.write_text(
            json.dumps({"machine": machine(), "load": load(), "rows": found}, indent=1)
        )


if __name__ == "__main__":
    main()
