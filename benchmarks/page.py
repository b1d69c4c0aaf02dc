"""What was measured, as a page of Markdown: every cell, those that are lost too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

HEAD = """# On a processor

{circumstances}. Made by

    OMP_NUM_THREADS=1 taskset -c 1 .venv-bench/bin/python benchmarks {arguments}

A ratio is the time that the best peer takes to deliver the error that ratelaw delivered, over
ratelaw's time: below 1 the peer is ahead. Ahead in {won} of {cells} cells.
"""


def against_best(row: dict[str, Any]) -> str:
    """Return how the best peer compares, or the most exact one where none is exact enough."""
    if row["ratio"] is not None:
        return f"{row['ratio']:.3g}x {row['best peer']}"
    near = row.get("nearest")
    if not near:
        return "no peer came through"
    return f"none so exact: {near['ratio']:.3g}x {near['peer']}, {near['error']:.0e}"


def page(rows: Iterable[dict[str, Any]], circumstances: str, arguments: Sequence[str]) -> str:
    """Return the page of all rows that compare with peers."""
    cells = [row for row in rows if "ratio" in row]
    won = sum(row["ratio"] is None or row["ratio"] >= 1 for row in cells)
    parts = [
        HEAD.format(
            circumstances=circumstances, arguments=" ".join(arguments), won=won, cells=len(cells)
        )
    ]
    for work in dict.fromkeys(row["work"] for row in cells):
        parts.append(f"\n## {work}\n\n{TITLES}")
        parts += [line(row) for row in cells if row["work"] == work]
    return "\n".join(parts) + "\n"


TITLES = (
    "| Problem | Tolerance | Error | ms | Best peer | All |\n"
    "|---|--:|--:|--:|---|---|"
)  # fmt: skip


def line(row: dict[str, Any]) -> str:
    """Return one line of a table."""
    others = ", ".join(f"{n} {'-' if r is None else f'{r:.3g}x'}" for n, r in row["peers"].items())
    return (
        f"| {row['problem']} | {row['tolerance']:.0e} | {row['error']:.1e} "
        f"| {row['seconds'] * 1e3:.3g} | {against_best(row)} | {others} |"
    )
