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
from measure import (  # noqa: E402
    CLOCKS,
    Clock,
    Point,
    at_error,
    date,
    load,
    machine,
    median_time,
)
from page import against_best, page  # noqa: E402
from problem import Problem  # noqa: E402
from problems import SINGLES, ensemble, single  # noqa: E402

LADDER = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13)
OURS = "ratelaw"
SLOW = 5.0  # seconds for one solve, beyond which a contender's finer tolerances are left out
LONG = 1.0  # seconds for one solve, beyond which one measurement is enough


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
            begin = clock()
            found = run()
            least = 1 if clock() - begin > LONG else 3
            seconds = median_time(run, clock, least=least) * members_per_solved(found)
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
            "problem": problem.name, "members": problem.members,
            "tolerance": point.tolerance, "error": point.error,
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
        f"{row['problem']:16} {row['members']:7} {row['tolerance']:7.0e}  "
        f"error {row['error']:8.1e}  "
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


def lorenz(n: int) -> Work:
    """Yield ensembles of `n` and of ten times as many members."""
    for count in (n, 10 * n):
        yield from ensembles(["lorenz"], count, (1e-3, 1e-6, 1e-9, 1e-12))


STIFF = ("robertson", "hires", "van der pol", "oregonator")
WORKS: dict[str, Callable[[int], Work]] = {
    "single": lambda n: ((single(name), "single", (1e-3, 1e-6, 1e-9)) for name in SINGLES),
    "lorenz": lambda n: lorenz(n),
    "large": lambda n: ensembles(["pleiades", "brusselator"], max(n // 10, 8), (1e-6,)),
    "stiff": lambda n: ensembles(STIFF, max(n // 10, 8), (1e-4, 1e-6)),
    "heat": lambda n: ((single(f"heat {k}"), "single", (1e-3, 1e-6, 1e-9)) for k in (200, 1000)),
    "gradient": lambda n: gradients(max(n // 10, 8)),
}
# What is not compared with peers: each a module of that name, with `study(members)` and `table`.
STUDIES = ("threads", "peak", "growth", "overhead", "cold", "memory", "tolerance", "device")


def options() -> argparse.Namespace:
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    known = (*WORKS, *STUDIES)
    parser.add_argument("works", nargs="*", help=f"of {', '.join(known)}; all if not given")
    parser.add_argument("--members", type=int, default=10_000, help="of an ensemble")
    parser.add_argument("--peers", nargs="*", default=[], help="only these")
    parser.add_argument(
        "--clock", choices=CLOCKS, default="wall", help="processor where others keep it busy"
    )
    parser.add_argument(
        "--out", type=Path, help="where to keep the figures, as JSON; other works there stay"
    )
    parser.add_argument("--table", type=Path, help="where to write what is kept, as Markdown")
    found = parser.parse_args()
    unknown = set(found.works) - set(known)
    if unknown:
        parser.error(f"no work is called {sorted(unknown)[0]}; there are {', '.join(known)}")
    found.works = found.works or list(known)
    for file in (found.out, found.table):
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
    return found


def work(name: str, asked: argparse.Namespace) -> list[dict[str, Any]]:
    """Measure one work, and print each row as it comes."""
    if name in STUDIES:
        return import_module(name).study(asked.members)
    found = []
    for problem, kind, tolerances in WORKS[name](asked.members):
        curves = measured(problem, kind, tolerances, asked.peers, CLOCKS[asked.clock])
        for row in rows(problem, curves):
            show(row)
            found.append(row)
    return found


def main() -> None:
    """Measure, print, and write down after every work."""
    asked = options()
    print(
        f"{machine()}, load {load():.1f}; ratios: time of a peer at the error ratelaw delivered, "
        "over ratelaw's time"
    )
    kept = json.loads(asked.out.read_text()) if asked.out and asked.out.is_file() else {}
    for name in asked.works:
        print(f"\n{name}")
        before = load()
        found = work(name, asked)
        if not found:
            continue
        made = {
            "machine": machine(), "date": date(), "arguments": arguments(name, asked),
            "load": f"load {before:.1f} before and {load():.1f} after",
        }  # fmt: skip
        kept[name] = {"made": made, "rows": found}
        if asked.out:
            asked.out.write_text(json.dumps(kept, indent=1))
        if asked.table:
            asked.table.write_text(page(kept))


def arguments(name: str, asked: argparse.Namespace) -> str:
    """Return what to type for one work."""
    words = [name]
    words += [] if asked.members == 10_000 else [f"--members {asked.members}"]
    words += [f"--peers {' '.join(asked.peers)}"] if asked.peers else []
    words += [] if asked.clock == "wall" else [f"--clock {asked.clock}"]
    return " ".join(words)


if __name__ == "__main__":
    main()
