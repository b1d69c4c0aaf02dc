"""The stages of a way to a solution in algebra: what is written down, and what must be true.

Equations are pieces side by side: expressions, signs as text, differentials and derivatives.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..lazy import load

CONSTANT = "C"  # of integration, as a piece
WITH = ", "  # between two equations on one line


class Differential(NamedTuple):
    """The differential of a variable: dy."""

    of: Any


class Slope(NamedTuple):
    """One variable's derivative by another: dy/dt."""

    of: Any
    by: Any


class Same(NamedTuple):
    """Two expressions that agree.

    Parameters
    ----------
    left, right
        The expressions.
    along
        Variables by which the left one is differentiated, each with a factor; the terms are added.
        Empty where the values themselves agree. Derivatives are taken on tapes, so that algebra
        does not judge itself.
    at_start
        Whether the left one is taken at the start, where time and state are known.
    """

    left: Any
    right: Any
    along: tuple[tuple[Any, Any], ...] = ()
    at_start: bool = False


class Stage(NamedTuple):
    """One stage.

    Parameters
    ----------
    words
        What is done, as a textbook says it.
    pieces
        The equation this leads to.
    same
        What has to be true for that.
    """

    words: str
    pieces: tuple[Any, ...]
    same: tuple[Same, ...]


def unknown(name: str) -> Any:
    """Return a new variable of a substitution, with the name it had best be given."""
    return load("sympy").Dummy(name, real=True)


def times(factor: Any, *pieces: Any) -> tuple[Any, ...]:
    """Return pieces with a factor in front, left out where it is 1."""
    return pieces if factor == 1 else (factor, *pieces)


def integrated(left: Any, right: Any) -> tuple[Any, ...]:
    """Return the pieces of left = right + C."""
    return (left, "=", CONSTANT) if right == 0 else (left, "=", right, "+", CONSTANT)


def determined(whole: Any, begun: Any) -> Stage:
    """Return the stage that finds the constant of integration: a first integral at the start."""
    same = Same(whole, begun, at_start=True)
    return Stage("The start value determines the constant", (CONSTANT, "=", begun), (same,))


def written(expression: Any) -> str:
    """Return a short expression for a sentence."""
    return str(expression).replace("**", "^")
