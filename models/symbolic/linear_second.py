"""A linear equation of second order in sympy's terms, and its solution, back on tapes."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from ..lazy import load
from ..system import FirstOrderSystem
from ..tape import Tape
from .antiderivative import antiderivative
from .bridge import from_sympy, symbols, to_sympy
from .modes import Homogeneous
from .oracle import Patience
from .second_order import Basis

_LONGEST = 150  # operations of a rate that is looked at


class LinearSecond:
    """The equation y'' = -p(t)*y' - q(t)*y + g(t), for algebra.

    Parameters
    ----------
    system
        Its states are y and y'.
    clock
        The time left.

    Raises
    ------
    SpecificationError
        If something in it has no exact counterpart in algebra.
    """

    def __init__(self, system: FirstOrderSystem, clock: Patience) -> None:
        self.system, self.clock = system, clock
        self.symbols = symbols((system.time, *system.states, *system.parameters))
        self.begin = load("sympy").nsimplify(system.t0, rational=True)

    @cached_property
    def rate(self) -> Any:
        """The second derivative; x^x in it is an exponential."""
        sympy = load("sympy")
        whole = to_sympy(self.system.vector_field.select([1]), self.symbols)[0]
        if not any(map(_is_own_power, whole.atoms(sympy.Pow))):
            return whole
        return sympy.powdenest(whole, force=True).replace(_is_own_power, _as_exponential)

    @property
    def is_short(self) -> bool:
        """Whether algebra on it takes milliseconds."""
        return bool(self.rate.count_ops() <= _LONGEST)

    @cached_property
    def homogeneous(self) -> Homogeneous:
        """The equation without its input."""
        y, slope = (self.symbols[s] for s in self.system.states)
        q, p = (-load("sympy").diff(self.rate, s) for s in (y, slope))
        return Homogeneous(p, q, self.symbols[self.system.time], self.begin, self.clock)

    @cached_property
    def source(self) -> Any:
        """The input g."""
        return self.rate.subs({self.symbols[s]: 0 for s in self.system.states})

    @property
    def line(self) -> Tape:
        """The second derivative, written as a sum."""
        y, slope = (self.symbols[s] for s in self.system.states)
        whole = self.source - self.homogeneous.p * slope - self.homogeneous.q * y
        return from_sympy([whole], self.symbols, (self.system.time, *self.system.states))

    def particular(self, found: Basis) -> Any | None:
        """Return a particular solution by variation of the constants, None if it is not known."""
        sympy, t, source = load("sympy"), self.homogeneous.t, self.source
        if source == 0:
            return source
        one, two = found.one, found.two
        wronskian = sympy.simplify(one * sympy.diff(two, t) - sympy.diff(one, t) * two)
        parts: list[Any] = []
        for y in (one, two):
            integrand = sympy.powsimp(sympy.expand(y * source / wronskian))
            parts.append(antiderivative(integrand, t, self.clock))
            if parts[-1] is None:
                return None
        return sympy.expand(two * parts[0] - one * parts[1])

    def combined(self, found: Basis, particular: Any) -> Tape:
        """Return the combination of two solutions and a particular one with the start values."""
        sympy, t = load("sympy"), self.homogeneous.t
        own = {n: self.symbols[n] for n in self.system.parameters}
        start = to_sympy(self.system.start, own)
        parts = [sympy.sympify(e) for e in (found.one, found.two, particular)]
        values = [e.subs(t, self.begin) for e in parts]
        slopes = [sympy.diff(e, t).subs(t, self.begin) for e in parts]
        above = [start[0] - values[2], start[1] - slopes[2]]
        wronskian = values[0] * slopes[1] - values[1] * slopes[0]
        if not wronskian.has(sympy.sin, sympy.cos):  # angles of numbers take seconds
            wronskian = sympy.simplify(wronskian)
        first = (above[0] * slopes[1] - above[1] * values[1]) / wronskian
        second = (above[1] * values[0] - above[0] * slopes[0]) / wronskian
        return self.of_time(first * found.one + second * found.two + particular)

    def of_time(self, expression: Any) -> Tape:
        """Return a function of time and parameters."""
        known = {n: s for n, s in self.symbols.items() if n not in self.system.states}
        return from_sympy([expression], known, (self.system.time,))


def _is_own_power(e: Any) -> bool:
    """Tell whether both base and exponent are variable, as in x^x."""
    return bool(e.is_Pow and e.base.free_symbols & e.exp.free_symbols)


def _as_exponential(e: Any) -> Any:
    sympy = load("sympy")
    return sympy.exp(sympy.expand(e.exp * sympy.log(e.base)))
