"""Linear equations of second order with two solutions known: start values, inputs, derivation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf
from typing import Any

from ...errors import SpecificationError
from ...lazy import load
from ...notation import Shown, chain
from ...symbolic.antiderivative import antiderivative
from ...symbolic.bridge import from_sympy, symbols, to_sympy
from ...symbolic.second_order import Basis, Homogeneous, basis
from ...tape import Builder, Tape
from ...tape.differentiate import derivative
from ..derivation import Claim, Step
from ..solvable import Block, Solved
from ..workings import fulfilment
from .affine import Affine

_LARGEST = 1e8  # angle of a wave of which floating point leaves digits
_LONGEST = 150  # operations of a rate that is looked at


@dataclass(frozen=True)
class SecondOrder:
    """The equation y'' = -p(t)*y' - q(t)*y + g(t).

    Parameters
    ----------
    block
        y and y'.
    """

    block: Block

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution, if two of the homogeneous equation are found."""
        with suppress(SpecificationError):
            found = basis(self.homogeneous) if self.rate.count_ops() <= _LONGEST else None
            particular = self._particular(found) if found else None
            if found is not None and particular is not None:
                yield self._solved(found, particular)

    @cached_property
    def known(self) -> dict[str, Any]:
        """The symbol of each name."""
        system = self.block.system
        return symbols((system.time, *system.states, *system.parameters))

    @cached_property
    def rate(self) -> Any:
        """The second derivative."""
        whole = to_sympy(self.block.system.vector_field.select([1]), self.known)[0]
        if not any(map(_is_own_power, whole.atoms(load("sympy").Pow))):
            return whole
        plain = load("sympy").powdenest(whole, force=True)
        return plain.replace(_is_own_power, _as_exponential)

    @property
    def unknowns(self) -> tuple[Any, Any]:
        """The state and its slope."""
        y, slope = (self.known[s] for s in self.block.system.states)
        return y, slope

    @cached_property
    def homogeneous(self) -> Homogeneous:
        """The equation without its input."""
        sympy, system = load("sympy"), self.block.system
        q, p = (-sympy.diff(self.rate, s) for s in self.unknowns)
        begin = sympy.nsimplify(system.t0, rational=True)
        return Homogeneous(p, q, self.known[system.time], begin, self.block.clock)

    @property
    def source(self) -> Any:
        """The input g."""
        return self.rate.subs(dict.fromkeys(self.unknowns, 0))

    def _particular(self, found: Basis) -> Any | None:
        """Return a particular solution by variation of the constants, None if it is not known."""
        sympy, t = load("sympy"), self.homogeneous.t
        source = self.source
        if source == 0:
            return source
        one, two = found.one, found.two
        wronskian = sympy.simplify(one * sympy.diff(two, t) - sympy.diff(one, t) * two)
        parts = [
            antiderivative(sympy.powsimp(sympy.expand(y * source / wronskian)), t, self.block.clock)
            for y in (one, two)
        ]
        return None if None in parts else sympy.expand(two * parts[0] - one * parts[1])

    def _solved(self, found: Basis, particular: Any) -> Solved:
        """Return the combination that has the start values."""
        sympy, t, begin = load("sympy"), self.homogeneous.t, self.homogeneous.begin
        own = dict.fromkeys(self.block.system.parameters)
        start = to_sympy(self.block.system.start, {n: self.known[n] for n in own})
        parts = (found.one, found.two, particular)
        values, slopes = ([sympy.sympify(e).subs(t, begin) for e in row]
                          for row in (parts, [sympy.diff(e, t) for e in parts]))  # fmt: skip
        above = [start[0] - values[2], start[1] - slopes[2]]
        wronskian = sympy.simplify(values[0] * slopes[1] - values[1] * slopes[0])
        first = (above[0] * slopes[1] - above[1] * values[1]) / wronskian
        second = (above[1] * values[0] - above[0] * slopes[0]) / wronskian
        formula = self._tape(first * found.one + second * found.two + particular)
        whole = _with_slope(formula, self.block.system.time)
        domain = f"valid from {self.block.notation.time} = {begin} on as far as it is defined"
        steps = tuple(self._steps(found, particular, whole))
        return Solved(whole, whole, (domain,), steps, _finite(whole))

    def _tape(self, expression: Any) -> Tape:
        """Return a function of time."""
        states, time = self.block.system.states, self.block.system.time
        known = {n: s for n, s in self.known.items() if n not in states}
        return from_sympy([expression], known, (time,))

    def _steps(self, found: Basis, particular: Any, formula: Tape) -> Iterator[Step]:
        system, notation = self.block.system, self.block.notation
        y, slope = self.unknowns
        p, q = self.homogeneous.p, self.homogeneous.q
        line = from_sympy(
            [self.source - p * slope - q * y], self.known, (system.time, *system.states)
        )
        given = system.vector_field.select([1])
        name = notation.name(system.states[0])
        yield Step(
            f"This equation for {name.text} is linear, of second order",
            chain(notation.rate(system.states[1]), notation.formula(line)), (Claim(given, line),),
        )  # fmt: skip
        pair = [
            self._named(f"{system.states[0]}_{i}", e) for i, e in ((1, found.one), (2, found.two))
        ]
        shown = chain(*(s for s, _ in pair), sign=", ")
        claims = tuple(self._solves(tape, 0.0) for _, tape in pair)
        yield Step(f"Without its input it has two solutions. {found.words}", shown, claims)
        if particular != 0:
            left, tape = self._named(f"{system.states[0]}_p", particular)
            words = "Variation of the constants leads to a particular solution"
            yield Step(words, left, (self._solves(tape, 1.0),))
        words = "The start values determine how much there is of each"
        whole = chain(notation.in_time(system.states[0]), notation.formula(formula.select([0])))
        yield Step(words, whole, fulfilment(system, formula))

    def _named(self, name: str, expression: Any) -> tuple[Shown, Tape]:
        notation, tape = self.block.notation, self._tape(expression)
        return chain(notation.in_time(notation.fresh(name)), notation.formula(tape)), tape

    def _solves(self, tape: Tape, share: float) -> Claim:
        """Claim that a function solves the equation with its input or a share of it."""
        system = self.block.system
        whole = _with_slope(tape, system.time)
        builder = Builder(whole.inputs)
        y = builder.inline(whole, builder.inputs)
        second = builder.inline(derivative(whole.select([1]), system.time), builder.inputs)[0]
        field = system.vector_field.select([1])
        time, *parameters = builder.inputs
        rate = builder.inline(field, [time, *y, *parameters])[0]
        rest = builder.inline(field, [time, *[builder.constant(0.0)] * 2, *parameters])[0]
        right = rate - (1.0 - share) * rest
        return Claim(builder.formula(second), builder.formula(right))


def _is_own_power(e: Any) -> bool:
    """Tell whether both base and exponent are variable, as in x^x."""
    return bool(e.is_Pow and e.base.free_symbols & e.exp.free_symbols)


def _as_exponential(e: Any) -> Any:
    sympy = load("sympy")
    return sympy.exp(sympy.expand(e.exp * sympy.log(e.base)))


def _with_slope(formula: Tape, time: str) -> Tape:
    """Return a function and its derivative."""
    builder = Builder(formula.inputs)
    parts = formula, derivative(formula, time)
    return builder.finish(builder.inline(part, builder.inputs)[0] for part in parts)


def _finite(formula: Tape) -> Tape:
    """Return where a formula is finite, and its waves can be told apart in floating point."""
    builder = Builder(formula.inputs)
    angles = [node.args[0] for node in formula.nodes if node.op in {"sin", "cos"}]
    whole = replace(formula, outputs=(*formula.outputs, *angles))
    y, slope, *inner = builder.inline(whole, builder.inputs)
    valid = (abs(y) < inf).apply("min", abs(slope) < inf)
    for angle in inner:  # one that is undefined belongs to another case
        valid = (_LARGEST < abs(angle)).apply("select", 0.0, valid)
    return builder.finish([valid])


def second_order(block: Block, coefficients: Affine) -> SecondOrder | None:
    """Return a block as one linear equation of second order, None if it is none."""
    if block.system.n_states != 2:
        return None
    first, second = block.system.states
    follows = second == f"{first}'" and {(0, 0), (0, 1)} & coefficients.matrix.keys() == {(0, 1)}
    is_slope = follows and coefficients.matrix[0, 1].constant == 1.0
    return SecondOrder(block) if is_slope and coefficients.source[0].constant == 0.0 else None
