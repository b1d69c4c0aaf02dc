"""A scalar equation in sympy's terms, and what algebra finds, back on tapes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from ..errors import SpecificationError
from ..lazy import load
from ..system import FirstOrderSystem
from ..tape import Tape
from .bridge import from_sympy, symbols, to_sympy
from .first_integral import Rate
from .inversion import branches
from .oracle import Patience


class Formula(NamedTuple):
    """A solution, and a tape that is not zero where it holds; None for everywhere."""

    tape: Tape
    holds: Tape | None


class Scalar:
    """One equation dy/dt = f(t, y, p), y(t0) = start(p), for algebra.

    Parameters
    ----------
    system
        The equation.
    clock
        The time left.

    Raises
    ------
    SpecificationError
        If something in it has no exact counterpart in algebra.
    """

    def __init__(self, system: FirstOrderSystem, clock: Patience) -> None:
        self.system = system
        self.symbols = symbols((system.time, *system.states, *system.parameters))
        f = to_sympy(system.vector_field, self.symbols)[0]
        t, y = self.symbols[system.time], self.symbols[system.states[0]]
        self.rate = Rate(f, t, y, clock)
        self.start = to_sympy(system.start, self.symbols)[0]
        self.t0 = load("sympy").nsimplify(system.t0, rational=True)

    def of_state(self, expression: Any) -> Tape:
        """Return a formula of time, state and parameters."""
        return from_sympy([expression], self.symbols)

    def of_time(self, expression: Any) -> Tape:
        """Return a formula of time and parameters."""
        state = self.system.states[0]
        return from_sympy([expression], {n: s for n, s in self.symbols.items() if n != state})

    def is_constant(self, constant: Any) -> bool:
        """Tell whether a first integral is one, at a random point with many digits."""
        sympy = load("sympy")
        rate = self.rate
        change = sympy.diff(constant, rate.t) + rate.f * sympy.diff(constant, rate.y)
        names = sorted(change.free_symbols, key=str)
        for shift in range(3):
            point = {s: sympy.Rational(5 + 3 * i + shift, 4 + 2 * i) for i, s in enumerate(names)}
            value = change.subs(point).evalf(25)
            if value.is_number and value.is_real:
                return bool(abs(value) < 1e-15)
        return True

    def solved(self, constant: Any) -> Iterator[Formula]:
        """Yield the explicit solutions of constant(t, y) = constant(t0, start)."""
        sympy = load("sympy")
        t, y = self.rate.t, self.rate.y
        begun = constant.subs({t: self.t0, y: self.start}, simultaneous=True)
        rest, free = constant.as_independent(y, as_Add=True)[::-1]
        right = sympy.expand(begun - free)
        if right.has(sympy.nan, sympy.zoo, sympy.oo):
            return
        for branch in branches(rest, right, y, self.start):
            with suppress(SpecificationError):
                yield Formula(self.of_time(branch.value), self._holds(branch.positive))

    def _holds(self, positive: tuple[Any, ...]) -> Tape | None:
        sympy = load("sympy")
        if not positive:
            return None
        conditions = [sympy.Gt(p, 0) for p in positive]
        whole = sympy.And(*conditions)
        return self.of_time(sympy.Piecewise((1, whole), (0, True)))
