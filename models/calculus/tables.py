"""Entries with named rows and columns, as aligned text and as a matrix in LaTeX."""

from __future__ import annotations

from collections.abc import Sequence

from ..tape.writing.latex import latex_name
from .formula import Formula
from .result import Step

Numbers = list[list[float]]


def partial_step(label: str, latex: str, name: str, entry: Formula) -> Step:
    """Return the step that states one partial derivative."""
    over = rf"\frac{{\partial}}{{\partial {latex_name(name)}}}"
    return Step(
        "partial derivative",
        f"∂{label}/∂{name} = {entry}",
        rf"{over} \left[ {latex} \right] = {entry.latex}",
    )


def table(rows: Sequence[str], columns: Sequence[str], entries: Sequence[Sequence[object]]) -> str:
    """Return entries as text, aligned under the names of their columns."""
    lines = [["", *columns], *([r, *map(str, row)] for r, row in zip(rows, entries, strict=True))]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def matrix_latex(entries: Sequence[Sequence[Formula]]) -> str:
    """Return entries as a matrix in LaTeX."""
    rows = " \\\\\n".join(" & ".join(e.latex for e in row) for row in entries)
    return f"\\begin{{bmatrix}}\n{rows}\n\\end{{bmatrix}}"
