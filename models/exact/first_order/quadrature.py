"""Bernoulli's equation dy/dt = a*y + b*y^n with an integral that stays one.

With the growth A, dA/dt = a(t), A(t0) = 0, and q = 1 - n,

    y(t) = y0*exp(A(t))*(1 + q*y0^-q * integral of b(s)*exp(-q*A(s)))^(1/q).

On the tape the growth is inside of the integral: there neither of the two factors overflows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ...errors import SpecificationError
from ...notation import Notation, Shown, chain
from ...symbolic.algebra import Scalar
from ...symbolic.antiderivative import from_tables
from ...symbolic.linear_integral import bernoulli_parts
from ...symbolic.stage import Same, Stage
from ...tape import Builder, Tape, Value
from ...tape.differentiate import derivative
from ..derivation import Claim, Step
from ..quadrature import VARIABLE, Quadrature, evaluated, in_writing, with_integrals
from ..solvable import Block, Solved
from .scalar import scalar
from .stages import Writer

_SHORT = 12  # values on the tape of a growth that needs no name of its own
_INTEGRAL = "integral to the present"  # no name of a model has a space
_GROWTH, _GROWTH_THEN = "growth to the present", "growth until then"


class Coefficients(NamedTuple):
    """The growth A, its slope a, the source b and the power q, from time and the parameters."""

    growth: Tape
    slope: Tape
    source: Tape
    power: Tape


@dataclass(frozen=True)
class BernoulliByQuadrature:
    """One such equation.

    Parameters
    ----------
    algebra
        The equation.
    notation
        How names are written.
    parts
        Its coefficients.
    stage
        What kind of equation it is, and that it is one.
    """

    algebra: Scalar
    notation: Notation
    parts: Coefficients
    stage: Stage

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution."""
        system, page = self.algebra.system, _Page(self)
        holds = None if self.is_linear else page.builder.finish([page.inner > 0.0])
        outer = page.builder.finish([page.damped])
        kernels = {_INTEGRAL: page.kernel(damped=True)}
        tape, valid = evaluated(system, outer, kernels, holds)
        time = self.notation.name(self.notation.time).text
        domain = (
            f"valid from {time} = {system.t0:g} on, as far as it is defined",
            "as long as 64 nodes resolve the integral",
        )
        yield Solved(self.textbook, tape, domain, tuple(self._steps()), valid)

    @property
    def is_linear(self) -> bool:
        """Whether it is linear, b free of the state."""
        power = self.parts.power
        return power.nodes[power.outputs[0]].value == 1.0

    @cached_property
    def textbook(self) -> Quadrature:
        """The solution as a textbook writes it: the growth stands before the bracket."""
        page = _Page(self)
        return Quadrature(
            self.algebra.system, page.builder.finish([page.plain]),
            {_INTEGRAL: page.kernel(damped=False)}, self._equations,
        )  # fmt: skip

    @property
    def _letter(self) -> str:
        return self.notation.fresh("A", "G", "A_1", "A_2")

    @property
    def _is_short(self) -> bool:
        return len(self.parts.growth.nodes) <= _SHORT + len(self.parts.growth.inputs)

    @cached_property
    def _equations(self) -> tuple[Shown, ...]:
        """The solution, and the growth if it has a letter."""
        notation, page = self.notation, _Page(self, named=not self._is_short)
        now, then = (f"{self._letter}({v})" for v in (notation.time, self._variable))
        growths = {_GROWTH: Shown(now, now), _GROWTH_THEN: Shown(then, then)}
        kernel = with_integrals(notation, page.kernel(damped=False), growths, self._variable)
        integral = in_writing(notation, kernel, self._variable, self.algebra.system.t0)
        outer = page.builder.finish([page.plain])
        y = with_integrals(notation, outer, {**growths, _INTEGRAL: integral})
        first = chain(notation.in_time(self.algebra.system.states[0]), y)
        return (first,) if self._is_short else (first, self._growth_shown)

    @property
    def _variable(self) -> str:
        return self.notation.fresh("s", "u", "tau", "s_1")

    @property
    def _growth_shown(self) -> Shown:
        left = self.notation.in_time(self._letter)
        return chain(left, self.notation.formula(self.parts.growth))

    def _steps(self) -> Iterator[Step]:
        """Yield the way: recognise, find the growth, keep the other integral."""
        yield Writer(self.algebra, self.notation).step(self.stage)
        system, parts = self.algebra.system, self.parts
        words = "Integrate the coefficient of the linear term from the start: the growth"
        slope = Claim(derivative(parts.growth, system.time), parts.slope)
        yield Step(words, self._growth_shown, (slope,))
        words = (
            "Divide by exp of the growth, integrate, and apply the start value; the integral is "
            "no known function and stays"
        )
        yield Step(words, chain(*self._equations, sign=", "), self.textbook.fulfils())


class _Page:
    """Where the solution is written, from time, the parameters and the integral.

    Parameters
    ----------
    problem
        The equation.
    named
        Whether the growth is a letter.
    """

    def __init__(self, problem: BernoulliByQuadrature, *, named: bool = False) -> None:
        self.problem, self.system, self.named = problem, problem.algebra.system, named
        more = (_GROWTH,) if named else ()
        self.builder = Builder((self.system.time, *self.system.parameters, _INTEGRAL, *more))
        time, *parameters = map(self.builder.input, (self.system.time, *self.system.parameters))
        self.integral, parts = self.builder.input(_INTEGRAL), problem.parts
        (self.start,) = self.builder.inline(self.system.start, parameters)
        growth, q = (
            self.builder.inline(part, [time, *parameters])[0]
            for part in (parts.growth, parts.power)
        )
        self.growth, self.q = self.builder.input(_GROWTH) if named else growth, q

    @property
    def plain(self) -> Value:
        """The state, by an integral without the growth to the present."""
        if self.problem.is_linear:
            return self.growth.apply("exp") * (self.start + self.integral)
        inner = 1.0 + self.q * self.start ** (-self.q) * self.integral
        grown = self.start * self.growth.apply("exp")
        return grown / inner if self.q.constant == -1.0 else grown * inner ** (1.0 / self.q)

    @property
    def inner(self) -> Value:
        """What the state has a root of, by an integral with the growth to the present."""
        grown = (self.q * self.growth).apply("exp")
        return grown + self.q * self.start ** (-self.q) * self.integral

    @property
    def damped(self) -> Value:
        """The state, by an integral with the growth to the present."""
        if self.problem.is_linear:
            return self.start * self.growth.apply("exp") + self.integral
        return self.start * self.inner ** (1.0 / self.q)

    def kernel(self, *, damped: bool) -> Tape:
        """Return b(s)*exp(-q*A(s)), or with the growth from s to the present."""
        then = (_GROWTH_THEN,) if self.named else ()
        builder = Builder((self.system.time, *self.system.parameters, VARIABLE, *then))
        parameters = [builder.input(n) for n in self.system.parameters]
        parts, at = self.problem.parts, [builder.input(VARIABLE), *parameters]
        source, growth, q = (
            builder.inline(part, at)[0] for part in (parts.source, parts.growth, parts.power)
        )
        if self.named:
            growth = builder.input(_GROWTH_THEN)
        if damped:
            now = builder.inline(parts.growth, [builder.input(self.system.time), *parameters])
            growth = growth - now[0]
        return builder.finish([source * (-q * growth).apply("exp")])


def bernoulli_by_quadrature(block: Block) -> BernoulliByQuadrature | None:
    """Return a block as such an equation, None where it is none or its growth is not known."""
    algebra = scalar(block)
    found = None if algebra is None else bernoulli_parts(algebra.rate)
    if algebra is None or found is None:
        return None
    (a, b, n), rate = found, algebra.rate
    grown = from_tables(a, rate.t)
    if grown is None:
        return None
    kind = "linear" if n == 0 else "Bernoulli's equation"
    line = a * rate.y + b * rate.y**n
    stage = Stage(
        f"This is {kind} in {rate.y}" if n == 0 else f"This is {kind}", (rate.slope, "=", line),
        (Same(rate.given, line),),
    )  # fmt: skip
    with suppress(SpecificationError):
        tapes = (grown - grown.subs(rate.t, algebra.t0), a, b, 1 - n)
        parts = Coefficients(*map(algebra.of_time, tapes))
        return BernoulliByQuadrature(algebra, block.notation, parts, stage)
    return None
