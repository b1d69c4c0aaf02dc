"""Work in pieces: a batch cut up, each piece done by an executor, in order, with progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import TypeVar

from ..models.errors import InputError

PARTS = 16  # pieces of a batch

Piece = TypeVar("Piece")
Result = TypeVar("Result")


def require_executor(executor: object) -> None:
    """Raise unless this is something that work can be spread over, or None.

    Raises
    ------
    InputError
        If it has no method ``map``.
    """
    if executor is not None and not callable(getattr(executor, "map", None)):
        raise InputError(
            f"executor: got {executor!r:.60}; expected a concurrent.futures executor, as in "
            "with ThreadPoolExecutor() as pool: solve(model, times, executor=pool)"
        )


def cuts(count: int) -> list[slice]:
    """Return the slices that cut so many members into pieces of one size."""
    size = -(-count // PARTS)
    return [slice(i, i + size) for i in range(0, count, size)]


def spread(
    work: Callable[[Piece], Result],
    pieces: Sequence[Piece],
    executor: Executor,
    report: Callable[[float], None],
) -> list[Result]:
    """Return what became of each piece, in order; report the fraction done after each."""
    results: list[Result] = []
    for result in executor.map(work, pieces):
        results.append(result)
        report(len(results) / len(pieces))
    return results
