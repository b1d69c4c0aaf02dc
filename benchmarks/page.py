"""What was measured, as a page of Markdown: every cell, those that are lost too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any

HEAD = """# On a processor

Each table says on what machine and when it was measured, how many processes wanted a core when it
began and when it was done (a core that nobody else wants makes that 1 at the end), and by which
command. Works measured later take the place of what stood here before. In a table with peers a
ratio is the time that the best peer takes to deliver the error that ratelaw delivered, over
ratelaw's time: below 1 the peer is ahead. Where no peer was so exact, the most exact one is named
with its error.
"""
MADE = """
## {title}

{machine}; {date}; {load}.

    OMP_NUM_THREADS=1 .venv-bench/bin/python benchmarks {arguments}

{table}
"""
TITLES = {
    "single": "Single trajectories, prepared",
    "lorenz": "Lorenz ensembles",
    "large": "Ensembles of large systems",
    "stiff": "Stiff ensembles",
    "heat": "The heat equation by lines, one trajectory",
    "gradient": "A loss and its gradient",
    "threads": "Two threads",
    "peak": "Fixed steps against the peak",
    "growth": "Growth",
    "overhead": "Overhead of a call",
    "cold": "In a fresh process",
    "memory": "Memory",
    "tolerance": "Whether the tolerance is delivered",
    "device": "A graphics processor",
}


def against_best(row: Mapping[str, Any]) -> str:
    """Return how the best peer compares, or the most exact one where none is exact enough."""
    if row["ratio"] is not None:
        return f"{row['ratio']:.3g}x {row['best peer']}"
    near = row.get("nearest")
    if not near:
        return "no peer came through"
    return f"none so exact: {near['ratio']:.3g}x {near['peer']}, {near['error']:.0e}"


def page(kept: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the page of all works that were measured, by name."""
    parts = [HEAD]
    for work in (name for name in TITLES if name in kept):
        found = kept[work]
        rows = found["rows"]
        peers = rows and "ratio" in rows[0]
        table = compared(rows) if peers else import_module(work).table(rows)
        parts.append(MADE.format(title=TITLES[work], table=table, **found["made"]))
    return "".join(parts)


def compared(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the table of works that compare with peers, and how many cells are won."""
    won = sum(row["ratio"] is None or row["ratio"] >= 1 for row in rows)
    named = max(row["members"] for row in rows) > 1
    titles = ("Problem", *["Members"][:named], "Tolerance", "Error", "ms", "Best peer", "All")
    lines = grid(titles, [_cells(row, named=named) for row in rows])
    return f"{lines}\n\nAhead in {won} of {len(rows)} cells."


def _cells(row: Mapping[str, Any], *, named: bool) -> list[str]:
    others = [f"{n} {'-' if r is None else f'{r:.3g}x'}" for n, r in row["peers"].items()]
    return [
        row["problem"], *[f"{row['members']}"][:named], f"{row['tolerance']:.0e}",
        f"{row['error']:.1e}", f"{row['seconds'] * 1e3:.3g}", against_best(row), ", ".join(others),
    ]  # fmt: skip


def grid(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table in Markdown."""
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
