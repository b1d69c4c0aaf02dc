"""Functions of a state that take the square of its slope out of an equation of second order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..lazy import load
from .antiderivative import from_tables
from .integral_table import exponential
from .inversion import branches

_LONGEST = 40  # operations of a coefficient that is looked at


class Straight(NamedTuple):
    """A function u = U(y) with U'' + b*U' = 0, and back.

    Parameters
    ----------
    u
        Its symbol, positive where `is_positive` says that it has to be.
    of_state, weight
        U and U', of the state and its start value.
    back
        The state, of u and the start value.
    """

    u: Any
    of_state: Any
    weight: Any
    back: Any

    def instead(self, e: Any, y: Any) -> Any:
        """Return a function of the state as one of u, in its shortest form."""
        sympy = load("sympy")
        put = sympy.powsimp(sympy.expand(e.subs(y, self.back)))
        return sympy.cancel(put) if put.is_rational_function(self.u) else put


def straightened(square: Any, y: Any, start: Any) -> Iterator[Straight]:
    """Yield such functions.

    Parameters
    ----------
    square
        b, the coefficient of the square of the slope, of y.
    y, start
        The state, and the symbol of its start value.
    """
    sympy = load("sympy")
    grown = from_tables(square, y) if square.count_ops() <= _LONGEST else None
    if grown is None:
        return
    weight = sympy.powsimp(exponential(-grown))
    shape = weight.as_independent(y, as_Add=False)[1]
    base, power = shape.as_base_exp()
    line = sympy.expand(base)
    if not power.has(y) and sympy.diff(line, y, 2) == 0 and line.has(y):
        yield _of_line(line, power, y, start)
        return
    whole = from_tables(shape, y)
    if whole is None:
        return
    u = sympy.Dummy("u", real=True)
    begun = {u: whole.subs(y, start)}
    for branch in branches(whole, u, y, start, begun):
        if branch.root is None:
            yield Straight(u, whole, shape, branch.value)


def _of_line(line: Any, power: Any, y: Any, start: Any) -> Straight:
    """Return the power of a straight line, over its start, that has a given power for a slope."""
    sympy = load("sympy")
    begun, slope = line.subs(y, start), sympy.diff(line, y)
    rest = begun - slope * start
    exponent = sympy.cancel(power + 1)
    if exponent == 0:
        u = sympy.Dummy("u", real=True)
        back = begun * sympy.exp(u)
        return Straight(u, sympy.log(line / begun), slope / line, (back - rest) / slope)
    u = sympy.Dummy("u", positive=True)
    ratio = line / begun
    back = begun * u ** (1 / exponent)
    weight = exponent * slope / begun * ratio**power
    return Straight(u, ratio**exponent, weight, (back - rest) / slope)
