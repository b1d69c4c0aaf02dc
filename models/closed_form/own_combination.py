"""Two states of which a combination has an equation of its own: u = x + k*y, u' = h(t, u).

A sum and a difference of two states that drive each other alike, the phases of two oscillators that
are coupled: for u' to be a function of u alone the rates must not change along its lines, f_x*k -
f_y + k*(g_x*k - g_y) = 0 everywhere, which two places tell. Where there are two such combinations
both states are known from them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from random import Random

from ..exact.derivation import Claim, Step
from ..exact.linear.affine import affine
from ..exact.proof.points import number, points
from ..exact.solvable import Block, Solved
from ..exact.transformed import Transformed
from ..exact.workings import fulfilment
from ..notation import Shown, chain
from ..symbolic.rational import simplified
from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value
from ..tape.differentiate import derivative

_LONGEST = 200  # operations of rates that are looked at
_PLACES, _SAME = 4, 1e-9  # where rates are compared, and how well
_MOST = 12  # of the numerator and the denominator of k


@dataclass(frozen=True)
class OwnCombinationClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "two states of which a combination has an equation of its own, u = x + k*y"

    @property
    def order(self) -> int:
        """After totals that are conserved or relax."""
        return 16

    def recognise(self, block: Block) -> OwnCombination | None:
        """Return the system, None if no combination is known."""
        system = block.system
        if system.n_states != 2 or len(system.vector_field.nodes) > _LONGEST:
            return None
        if system.states[1] == f"{system.states[0]}'":
            return None
        found = _weights(system)
        return OwnCombination(block, found) if found and affine(system) is None else None


SOLVABLE = OwnCombinationClass()


def _weights(system: FirstOrderSystem) -> tuple[float, ...]:
    """Return what the second state counts in such combinations, at most two numbers."""
    slopes = _slopes(system)
    random = Random(0)
    quadratics = [_quadratic(system, slopes, p, random)
                  for p in islice(points(system, random), _PLACES)]  # fmt: skip
    return tuple(k for k in _roots(quadratics[0]) if k and all(_vanishes(q, k) for q in quadratics))


def _slopes(system: FirstOrderSystem) -> Tape:
    """Return the derivatives of both rates by both states: f_x, f_y, g_x, g_y."""
    builder = Builder((system.time, *system.states, *system.parameters))
    return builder.finish(
        builder.inline(
            derivative(system.vector_field.select([i]), s), builder.inputs
        )[0]
        for i in (0, 1) for s in system.states
    )  # fmt: skip


_Quadratic = tuple[float, float, float]


def _quadratic(
    system: FirstOrderSystem, slopes: Tape, point: Mapping[str, float], random: Random
) -> _Quadratic:
    """Return the coefficients of k^2, k and 1 somewhere."""
    at = {**point, **{s: number(random, 1) for s in system.states}}
    fx, fy, gx, gy = slopes(*(at[name] for name in slopes.inputs))
    return gx, fx - gy, -fy


def _roots(quadratic: _Quadratic) -> Iterator[float]:
    """Yield the roots that are fractions of small numbers."""
    a, b, c = quadratic
    inside = b * b - 4 * a * c
    if not inside >= 0 or (a == 0 and b == 0):
        return
    q = -(b + math.copysign(math.sqrt(inside), b)) / 2
    found = [r for top, bottom in ((q, a), (c, q)) if bottom for r in (top / bottom,)]
    for r in sorted(set(found), key=abs):
        near = Fraction(r).limit_denominator(_MOST)
        if abs(near.numerator) <= _MOST and abs(float(near) - r) <= _SAME * abs(r):
            yield float(near)


def _vanishes(quadratic: _Quadratic, k: float) -> bool:
    a, b, c = (v * k**n for v, n in zip(quadratic, (2, 1, 0), strict=True))
    return abs(a + b + c) <= _SAME * (abs(a) + abs(b) + abs(c))


@dataclass(frozen=True)
class OwnCombination:
    """One such system.

    Parameters
    ----------
    block
        What is asked for.
    weights
        What the second state counts in one combination, or in two.
    """

    block: Block
    weights: tuple[float, ...]

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution, if the equations that are left have one."""
        inner = self._inner()
        found = self.block.again(inner)
        if found is None:
            return
        outer = self._outer(inner.states)
        tape = self._composed(outer, found.tape)
        if isinstance(found.formula, Tape):
            formula = self._composed(outer, found.formula)
            last = self._back(formula)
        else:
            system = self.block.system
            formula = Transformed(found.formula, inner.states, system.time, system.states, outer)
            shown = chain(*formula.shown(self.block.notation)[:2], sign=", ")
            last = Step("The states follow from them", shown, solution=True)
        steps = (self._substituted(inner), *found.steps, last)
        yield Solved(formula, tape, found.domain, steps, found.holds, found.knows_poles)

    def _inner(self) -> FirstOrderSystem:
        """Return the equations of a combination and of the other one, or of the first state."""
        system, fresh = self.block.system, self.block.notation.fresh
        first = fresh("u", "w", "q")
        both = len(self.weights) > 1
        names = first, fresh("v", "w", "p", "s") if both else fresh(f"{system.states[0]}_u")
        builder = Builder((system.time, *names, *system.parameters))
        time, u, other, *parameters = builder.inputs
        rates = [self._alone(builder, k, v) for k, v in zip(self.weights, (u, other), strict=False)]
        if not both:
            y = (u - other) / self.weights[0]
            rates.append(builder.inline(system.vector_field, [time, other, y, *parameters])[0])
        own = Builder(system.parameters)
        x, y = own.inline(system.start, own.inputs)
        begun = [x + k * y for k in self.weights]
        return replace(
            system, states=names, vector_field=builder.finish(rates), events=(),
            start=own.finish(begun if both else [*begun, x]),
        )  # fmt: skip

    def _alone(self, builder: Builder, k: float, u: Value) -> Value:
        """Return the rate of a combination, which is the same all along its line."""
        system = self.block.system
        time, parameters = builder.inputs[0], builder.inputs[3:]
        zero = builder.constant(0.0)
        for x, y in ((u, zero), (zero, u / k), (u / 2.0, u / (2.0 * k))):
            f, g = builder.inline(system.vector_field, [time, x, y, *parameters])
            tape = simplified(builder.finish([f + k * g]))
            if math.isfinite(tape(*(1.3 + 0.17 * i for i in range(len(tape.inputs))))[0]):
                break
        return builder.inline(tape, builder.inputs)[0]

    def _outer(self, names: Sequence[str]) -> Tape:
        """Return the states from time, parameters and the new states."""
        system = self.block.system
        builder = Builder((system.time, *system.parameters, *names))
        u, other = builder.inputs[-2:]
        k = self.weights[0]
        if len(self.weights) > 1:
            second = self.weights[1]
            x, y = k * other - second * u, u - other
            return builder.finish([x / (k - second), y / (k - second)])
        return builder.finish([other, (u - other) / k])

    def _composed(self, outer: Tape, inner: Tape) -> Tape:
        system = self.block.system
        builder = Builder((system.time, *system.parameters))
        values = builder.inline(inner, builder.inputs)
        return builder.finish(builder.inline(outer, [*builder.inputs, *values]))

    # ---- the way ---------------------------------------------------------------------------

    def _substituted(self, inner: FirstOrderSystem) -> Step:
        """Return what is looked at, and that its rate is a function of itself."""
        system, notation = self.block.system, self.block.notation
        builder = Builder((system.time, *system.states, *system.parameters))
        x, y = builder.inputs[1:3]
        slopes = builder.inline(_slopes(system), builder.inputs)
        claims: list[Claim] = []
        shown: list[Shown] = []
        for name, k in zip(inner.states, self.weights, strict=False):
            along = [k * by_x - by_y for by_x, by_y in (slopes[:2], slopes[2:])]
            change = along[0] + k * along[1]
            claims.append(Claim(builder.formula(change), builder.formula(0.0)))
            value = x - y if k == -1 else x + k * y
            shown.append(chain(notation.name(name), notation.formula(builder.formula(value))))
        words = "The rate of a combination of both depends on nothing but itself"
        if len(self.weights) > 1:
            words = "The rates of two combinations of both depend on nothing but themselves"
        return Step(words, chain(*shown, sign=", "), tuple(claims))

    def _back(self, formula: Tape) -> Step:
        system, notation = self.block.system, self.block.notation
        shown = (
            chain(notation.in_time(s), notation.answer(formula.select([i])))
            for i, s in enumerate(system.states)
        )
        words = "The states follow from them"
        return Step(words, chain(*shown, sign=", "), fulfilment(system, formula))
