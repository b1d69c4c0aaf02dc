"""Riccati's equation with coefficients that vary: scaled to constant ones, or by a linear one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from math import inf, nan
from typing import Any

from ...errors import SpecificationError
from ...lazy import load
from ...notation import Notation
from ...symbolic.algebra import Scalar
from ...symbolic.powers import Powers, riccati_formula
from ...symbolic.quadratic import (
    Quadratic,
    linear,
    linear_stages,
    quadratic,
    scaling,
)
from ...symbolic.second_order import Basis
from ...symbolic.stage import WITH, Same, Slope, Stage, unknown
from ...tape import Builder, Tape, Value
from ..derivation import Step
from ..solvable import Block, Recognised, Solved
from ..workings import Account, Workings
from .explicit import ByPowers
from .powers import riccati_safe
from .scalar import scalar
from .stages import Writer


@dataclass(frozen=True)
class Varying:
    """A Riccati equation with coefficients that vary.

    Parameters
    ----------
    equation
        The equation.
    notation
        How names are written.
    coefficients
        Its own.
    """

    equation: Scalar
    notation: Notation
    coefficients: Quadratic

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution, scaled if that makes the coefficients constant."""
        equation = self.equation
        found = scaling(equation.rate, self.coefficients, equation.t0)
        if found is not None:
            begun = found.phi.subs(equation.rate.t, equation.t0)
            coefficients = (*found.powers.coefficients, found.phi, begun)
            powers = found.powers._replace(coefficients=coefficients)
            scaled = ByPowers(equation, self.notation, powers, _formula, _safe, _stages)
            yield from scaled.solutions()
        yield from ByLinear(equation, self.notation, self.coefficients).solutions()


def _formula(powers: Powers, y0: Any) -> Any:
    a, b, c, phi, begun = powers.coefficients
    return phi * riccati_formula(powers._replace(coefficients=(a, b, c)), y0 / begun)


def _safe(
    y0: Value, a: Value, b: Value, c: Value, phi: Value, begun: Value, clock: Value
) -> tuple[Value, Value]:
    u, condition = riccati_safe(y0 / begun, a, b, c, clock)
    return phi * u, condition.apply("min", abs(phi / begun) < inf)


def _stages(equation: Scalar, powers: Powers) -> Iterator[Stage]:
    a, b, c, phi, _ = powers.coefficients
    rate, u = equation.rate, unknown("u")
    new = rate.y / phi
    own = powers.pace * (a * u**2 + b * u + c)
    yield Stage(
        "This is Riccati's equation; scaled, it has constant coefficients, and separates",
        (Slope(u, rate.t), "=", own, WITH, u, "=", new),
        (Same(new, own.subs(u, new), rate.along()),),
    )  # fmt: skip


@dataclass(frozen=True)
class ByLinear:
    """A Riccati equation by way of a linear one of second order.

    Parameters
    ----------
    equation
        The equation.
    notation
        How names are written.
    coefficients
        Its own.
    """

    equation: Scalar
    notation: Notation
    coefficients: Quadratic

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution, if two of the linear equation are known."""
        with suppress(SpecificationError):
            pair = linear(self.equation.rate, self.coefficients, self.equation.t0)
            if pair is not None:
                yield self._solved(pair)

    def _solved(self, pair: Basis) -> Solved:
        plain, safe = self._formulas(pair)
        formula, tape = self.equation.of_time(plain), self.equation.of_time(safe)
        builder = Builder(formula.inputs)
        (value,) = builder.inline(tape, builder.inputs)
        finite = builder.finish([abs(value) < inf])
        time = self.notation.time
        domain = f"valid from {time} = {self.equation.t0} on until it becomes infinite, if it does"
        return Solved(formula, tape, (domain,), tuple(self._steps(pair, formula, finite)), finite)

    def _formulas(self, pair: Basis) -> tuple[Any, Any]:
        """Return -u'/(p*u) with u = k1*u1 + k2*u2, u(t0) = 1 and u'(t0) = -p(t0)*y(t0).

        In the second form both are divided by the larger one of their exponentials.
        """
        sympy = load("sympy")
        t, begin = self.equation.rate.t, self.equation.t0
        one, two = self._faster(pair)
        growths = [_shorter(sympy.diff(u, t) / u) for u in (one, two)]
        ratio = _shorter(two / one)
        ratio = sympy.powsimp(ratio / ratio.subs(t, begin))
        p, begun = self.coefficients.p, [e.subs(t, begin) for e in growths]
        force = p.subs(t, begin) * self.equation.start
        first, second = sympy.factor(begun[1] + force), sympy.factor(-force - begun[0])

        def combined(one: Any, two: Any) -> Any:
            above = first * growths[0] * one + second * growths[1] * two
            return -above / (p * (first * one + second * two))

        exponent, rest = _exponent(ratio)
        larger = sympy.exp(-sympy.Max(exponent, 0)), rest * sympy.exp(sympy.Min(exponent, 0))
        return combined(sympy.S.One, ratio), combined(*larger)

    def _faster(self, pair: Basis) -> tuple[Any, Any]:
        """Return the solutions, the one first that grows faster at sample values."""
        sympy, t = load("sympy"), self.equation.rate.t
        ratio = pair.two / pair.one
        others = sorted(ratio.free_symbols - {t}, key=str)
        plain = ratio.subs({s: sympy.Float(1.3719 + 0.6137 * i) for i, s in enumerate(others)})
        near, far = (abs(complex(plain.subs(t, self.equation.t0 + x))) for x in (1.37, 11.3))
        return (pair.two, pair.one) if far > near else (pair.one, pair.two)

    def _steps(self, pair: Basis, formula: Tape, finite: Tape) -> Iterator[Step]:
        equation, notation = self.equation, self.notation
        stages = linear_stages(equation.rate, self.coefficients, pair)
        yield from Writer(equation, notation).steps(stages)
        workings = Workings(equation.system)
        y, valid = workings.inline(formula), workings.inline(finite)
        slope = valid.apply("select", workings.slope(y), nan)
        yield Account(workings, notation).step(
            "Combine both so that the start value is met", notation.in_time(workings.state), y,
            (slope, workings.rate(y)), (workings.at_start(y), workings.start),
        )  # fmt: skip


def _shorter(e: Any) -> Any:
    sympy = load("sympy")
    if e.has(sympy.Piecewise):
        return e
    return sympy.powsimp(sympy.cancel(sympy.powsimp(e))) if e.count_ops() < 60 else e


def _exponent(ratio: Any) -> tuple[Any, Any]:
    """Return what a product has the exponential of, and the other factors."""
    sympy = load("sympy")
    exponent, rest = sympy.S.Zero, sympy.S.One
    for factor in sympy.Mul.make_args(ratio):
        base, power = factor.as_base_exp()
        if factor.is_Pow and power.free_symbols and base != sympy.E:
            exponent += power * sympy.log(base)
        elif isinstance(factor, sympy.exp):
            exponent += factor.exp
        else:
            rest *= factor
    return exponent, rest


def varying_riccati(block: Block) -> Recognised | None:
    """Return a Riccati equation with coefficients that vary."""
    equation = scalar(block)
    found = quadratic(equation.rate) if equation else None
    return Varying(equation, block.notation, found) if equation and found else None
