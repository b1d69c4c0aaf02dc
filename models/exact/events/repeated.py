"""Any number of rounds of one linear map on the tape, by the binary digits of the number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from ...tape import Value

LEVELS = 20  # binary digits of the number of rounds
Matrix = Sequence[Sequence[Value]]
Vector = Sequence[Value]


def digits(count: Value) -> list[Value]:
    """Return the binary digits of a whole number, the last first."""
    halves = [count]
    for _ in range(LEVELS):
        halves.append((0.5 * halves[-1]).apply("floor"))
    return [whole - 2.0 * half for whole, half in pairwise(halves)]


def after_rounds(
    count: Value, y: Vector, power: Callable[[int], Matrix], shift: Vector
) -> list[Value]:
    """Return where y -> M*y + b leads in a number of rounds.

    Two rounds, four, eight and so on are maps of the same kind, and all of them commute.

    Parameters
    ----------
    count
        A whole number, not negative, below 2^LEVELS.
    y
        Where it begins.
    power
        From k to M^(2^k).
    shift
        b.
    """
    states, moved = list(y), list(shift)
    for level, digit in enumerate(digits(count)):
        matrix = power(level)
        after = _plus(_times(matrix, states), moved)
        states = [digit.apply("select", a, s) for a, s in zip(after, states, strict=True)]
        moved = _plus(_times(matrix, moved), moved)
    return states


def squares(matrix: Matrix) -> Callable[[int], Matrix]:
    """Return M^(2^k) by squaring again and again."""
    known = [matrix]

    def power(level: int) -> Matrix:
        while len(known) <= level:
            known.append([_times_row(row, known[-1]) for row in known[-1]])
        return known[level]

    return power


def _times(matrix: Matrix, y: Vector) -> list[Value]:
    return [_dot(row, y) for row in matrix]


def _times_row(row: Vector, matrix: Matrix) -> list[Value]:
    return [_dot(row, column) for column in zip(*matrix, strict=True)]


def _dot(row: Vector, y: Vector) -> Value:
    total = row[0] * y[0]
    for a, b in zip(row[1:], y[1:], strict=True):
        total = total + a * b
    return total


def _plus(left: Vector, right: Vector) -> list[Value]:
    return [a + b for a, b in zip(left, right, strict=True)]
