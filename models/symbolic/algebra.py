"""A scalar equation in sympy's terms, and what algebra finds, back on tapes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from random import Random
from typing import Any, NamedTuple

from ..errors import SpecificationError
from ..lazy import load
from ..system import FirstOrderSystem
from ..tape import Tape
from ..tape.differentiate import derivative
from .bridge import from_sympy, symbols, to_sympy
from .first_integral import Rate
from .in_doubles import in_doubles
from .inner import LambertRoot
from .inversion import branches, is_hopeless, without_signs
from .oracle import Patience

_NEAR = 1e-6  # relative, of what should vanish, in floating point
_BESIDE = 0.25  # of a state, for differences
_POINTS = 8  # with positive values, at which a formula is tried


class Formula(NamedTuple):
    """A solution, a tape that is not zero where it holds, and one that is safe in doubles.

    None for one that holds everywhere, or is safe as it is written.
    """

    tape: Tape
    holds: Tape | None
    safe: Tape | None = None


class Scalar:
    """One equation dy/dt = f(t, y, p), y(t0) = start(p), for algebra.

    Parameters
    ----------
    system
        The equation.
    clock
        The time left.

    Attributes
    ----------
    positive
        The symbols of parameters that are declared to be.

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
        self.positive = frozenset(self.symbols[n] for n in system.positive & self.symbols.keys())
        self.t0 = load("sympy").nsimplify(system.t0, rational=True)
        self.rate = Rate(f, t, y, clock, load("sympy").Dummy("rate", real=True), self.t0)
        self.start = to_sympy(system.start, self.symbols)[0]

    def of_state(self, expression: Any) -> Tape:
        """Return a formula of time, state and parameters."""
        return self._written(expression, self.symbols)

    def of_time(self, expression: Any) -> Tape:
        """Return a formula of time and parameters."""
        state = self.system.states[0]
        return self._written(expression, {n: s for n, s in self.symbols.items() if n != state})

    def named(self, expression: Any, names: Mapping[Any, str]) -> Tape:
        """Return a formula of time, state, parameters and further symbols with these names."""
        return self._written(expression, self.symbols | {n: s for s, n in names.items()})

    def _written(self, expression: Any, known: Mapping[str, Any]) -> Tape:
        """Return a formula, in products parameters first, as in k*t."""
        return from_sympy([expression], known, (self.system.time, self.system.states[0]))

    def unknowns(self, expression: Any) -> list[Any]:
        """Return the variables of substitutions in an expression."""
        free = load("sympy").sympify(expression).free_symbols
        return sorted((s for s in free if s.is_Dummy and s != self.rate.given), key=str)

    def begun(self, constant: Any) -> Any:
        """Return the value of a first integral at the start."""
        at = {self.rate.t: self.t0, self.rate.y: self.start}
        return constant.subs(at, simultaneous=True)

    def is_constant(self, constant: Any) -> bool:
        """Tell whether a first integral is one, and real, at a few points with positive values."""
        judged, field = 0, self.system.vector_field
        tape = self.of_state(constant)
        slopes = [derivative(tape, n) for n in (self.system.time, self.system.states[0])]
        for point in self._points():
            values = [point[n] for n in tape.inputs]
            rate = field(*values)[0]
            if not math.isfinite(rate):
                continue
            by_time, by_state = (slope(*values)[0] for slope in slopes)
            if math.isnan(by_time + by_state):
                continue  # beyond a function's reach
            if not abs(by_time + rate * by_state) < _NEAR * (abs(by_time) + abs(by_state)):
                return False
            judged += 1
        return judged > 0

    def may_be_quadratic(self) -> bool:
        """Tell whether the rate may be quadratic in the state, by differences at a few points."""
        state, field = self.system.states[0], self.system.vector_field
        for point in self._points():
            steps = ({**point, state: point[state] + k * _BESIDE} for k in range(4))
            f = [field(*(at[n] for n in field.inputs))[0] for at in steps]
            third = f[3] - 3 * (f[2] - f[1]) - f[0]
            if abs(third) > _NEAR * max(map(abs, f)):
                return False
        return True

    def _points(self) -> Iterator[dict[str, float]]:
        random = Random(1)
        for _ in range(_POINTS):
            point = {n: random.uniform(0.3, 2.5) for n in self.symbols}
            yield {**point, self.system.time: self.system.t0 + random.uniform(0.01, 0.1)}

    def _begins(self, formula: Formula) -> bool:
        """Tell whether a formula begins at the start value, whatever positive values are given."""
        system = self.system
        for point in self._points():
            known = [point[n] for n in system.parameters]
            start = system.start(*known)[0]
            if not math.isfinite(system.vector_field(system.t0, start, *known)[0]):
                continue
            begun = formula.tape(system.t0, *known)[0]
            holds = formula.holds is None or formula.holds(system.t0, *known)[0]
            if not holds or not abs(begun - start) <= 1e-6 * (1 + abs(start)):
                return False
        return True

    def solved(self, constant: Any) -> Iterator[Formula]:
        """Yield the explicit solutions of constant(t, y) = constant(t0, start)."""
        sympy = load("sympy")
        t, y = self.rate.t, self.rate.y
        free, rest = constant.as_independent(y, as_Add=True)
        if is_hopeless(rest, y):
            return
        begun = self.begun(constant)
        right = sympy.expand(begun - free)
        if right.has(sympy.nan, sympy.zoo, sympy.oo):
            return
        at = {t: self.t0}
        for branch in branches(rest, right, y, self.start, at):
            with suppress(SpecificationError):
                formula = Formula(
                    self.of_time(without_signs(branch.value)), self._holds(branch.positive),
                    None if branch.root is None else self._in_doubles(branch.root),
                )  # fmt: skip
                if self._begins(formula):
                    yield formula

    def _in_doubles(self, root: LambertRoot) -> Tape:
        def write(expression: Any, further: Any = None) -> Tape:
            known = {n: s for n, s in self.symbols.items() if n != self.system.states[0]}
            more = {} if further is None else {"u of the root": further}
            return self._written(expression, known | more)

        return in_doubles(root, (self.system.time, *self.system.parameters), write)

    def _holds(self, positive: tuple[Any, ...]) -> Tape | None:
        sympy = load("sympy")
        if not positive:
            return None
        conditions = [p if p.is_Relational or p.is_Boolean else sympy.Gt(p, 0) for p in positive]
        whole = sympy.And(*conditions)
        return self.of_time(sympy.Piecewise((1, whole), (0, True)))
