"""Motion under a force with one linear law on each side of a place, without damping.

A mass between a stop and a spring, a slack rope, a spring that is stiffer one way; under constant
pulls to the place, a relay. Energy is conserved, so that the mass comes back to the place with the
speed it had: each side takes always as long, and the motion is periodic (Shaw and Holmes 1983,
Journal of Sound and Vibration 90, 129-155, doi:10.1016/0022-460X(83)90407-8).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ..exact.abbreviated import in_letters
from ..exact.derivation import Claim, Step
from ..exact.first_order.sides import ABOVE, BELOW
from ..exact.linear.identity import Identity
from ..exact.linear.pair import basis
from ..exact.motions.two_sided import TwoSided, root, two_sided, where
from ..exact.solvable import Block, Solved
from ..exact.workings import fulfilment
from ..notation import chain
from ..symbolic.rational import simplified
from ..tape import Builder, Tape, Value
from ..tape.composed.arc import swing


@dataclass(frozen=True)
class TwoSpringsClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "motion under a force with one linear law on each side of a place"

    @property
    def order(self) -> int:
        """It needs a little algebra."""
        return 10

    def recognise(self, block: Block) -> TwoSprings | None:
        """Return the equation, None if it is of another kind."""
        found = two_sided(block)
        if found is None or found.along != 0:
            return None
        builder = Builder(found.system.parameters)
        identity = Identity(builder)
        for law in found.laws.values():
            (damping,) = builder.inline(law.damping, builder.inputs)
            if not identity.is_zero(damping):
                return None
        return TwoSprings(found)


SOLVABLE = TwoSpringsClass()


@dataclass(frozen=True)
class TwoSprings:
    """One such equation.

    Parameters
    ----------
    found
        Its laws.
    """

    found: TwoSided

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution."""
        formula, tape = (_Page(self.found, safe=safe) for safe in (False, True))
        yield Solved(
            formula.states, tape.states, tuple(self._domain(formula)),
            tuple(self._steps(formula, tape.holds)), tape.holds,
        )  # fmt: skip

    def _domain(self, page: _Page) -> Iterator[str]:
        notation, system = self.found.block.notation, self.found.system
        time, state = (notation.name(n).text for n in (system.time, system.states[0]))
        yield f"valid from {time} = {system.t0:g} on"
        for side in page.sides.values():
            if side.stiffness.constant is None:
                stiff = notation.formula(simplified(page.builder.formula(side.stiffness)))
                yield f"where 0 < {stiff.text}"
        yield f"where {state} comes to {notation.formula(self.found.edge).text} from both sides"

    def _steps(self, page: _Page, holds: Tape) -> Iterator[Step]:
        notation, formula, system = self.found.block.notation, page.builder.formula, page.system
        state = notation.name(system.states[0])
        edge = notation.formula(self.found.edge).text
        laws = (notation.formula(simplified(self.found.rates[s])) for s in (BELOW, ABOVE))
        yield Step(
            f"Below and above {edge} the force has a law without a condition",
            chain(*laws, sign=", "), tuple(page.is_law(side) for side in (BELOW, ABOVE)),
        )  # fmt: skip
        quick = notation.name(notation.fresh("u", "v_1", "u_1"))
        yield Step(
            f"On each side energy is conserved: {state.text} passes {edge} with the same speed "
            "every time", chain(quick, notation.answer(formula(page.speed))), page.keeps(),
        )  # fmt: skip
        spans = (notation.name(notation.fresh(*s)) for s in (("P_1", "P_a"), ("P_2", "P_b")))
        lasts = (
            chain(span, notation.answer(formula(page.sides[side].lasts)))
            for span, side in zip(spans, (ABOVE, BELOW), strict=True)
        )
        yield Step("So each side takes always as long", chain(*lasts, sign=", "), page.returns())
        written = page.states
        yield Step(
            "The motion is periodic, counted from when it came, or would have come, from below",
            in_letters(notation.in_time(system.states[0]), written.select([0]), notation),
            tuple(where(holds, c, system) for c in fulfilment(self.found.block.system, written)),
        )  # fmt: skip


class _Side(NamedTuple):
    """One side.

    Parameters
    ----------
    stiffness
        k.
    push
        The force at the place in between, away from it.
    lasts
        How long the motion stays.
    """

    stiffness: Value
    push: Value
    lasts: Value


class _Page:
    """Where the solution is written.

    Parameters
    ----------
    found
        The laws.
    safe
        Whether it is for floating point, or as it is read.
    """

    def __init__(self, found: TwoSided, *, safe: bool) -> None:
        self.found, self.safe, self.system = found, safe, found.system
        self.builder = Builder((self.system.time, *self.system.parameters))
        time, *own = self.builder.inputs
        start, self.rise = self.builder.inline(self.system.start, own)
        (self.edge,) = self.builder.inline(found.edge, own)
        self.height = start - self.edge
        pushes = {side: self._push(side) for side in (BELOW, ABOVE)}
        stiff = {side: self._of(found.laws[side].stiffness) for side in (BELOW, ABOVE)}
        self.square = self.rise**2.0 + self._choose(
            *(
                stiff[s] * self.height**2.0 - 2.0 * s * pushes[s] * self.height
                for s in (BELOW, ABOVE)
            )
        )
        self.speed = self.square.apply("sqrt")
        self.sides = {
            s: _Side(stiff[s], pushes[s], self._swing(self.speed, -pushes[s], stiff[s]))
            for s in (BELOW, ABOVE)
        }
        self.begun = self.system.t0 - self._phase()
        self.period = self.sides[ABOVE].lasts + self.sides[BELOW].lasts
        since = time - self.begun
        self.within = since - (since / self.period).apply("floor") * self.period

    def _of(self, tape: Tape) -> Value:
        return self.builder.inline(tape, [self.builder.input(n) for n in tape.inputs])[0]

    def _push(self, side: int) -> Value:
        law = self.found.laws[side]
        at_edge = self._of(law.force) - self._of(law.stiffness) * self.edge
        tape = simplified(self.builder.formula(side * at_edge))
        return self._of(tape)

    def _choose(self, below: Value, above: Value) -> Value:
        """Return what belongs to the side of the start."""
        return self._begins_below.apply("select", below, above)

    @property
    def _begins_below(self) -> Value:
        at_edge = self.height.apply("eq", 0.0) & (self.rise < 0.0)
        return (self.height < 0.0) | at_edge if self.safe else self.height < 0.0

    def _swing(self, way: Value, speeds: Value, stiffness: Value) -> Value:
        """Return how long a way takes, from the sum of the speeds at its ends."""
        if self.safe:
            return swing(way, speeds, stiffness)
        if stiffness.constant == 0:
            return 2.0 * way / speeds
        w = root(stiffness)
        return (math.pi - 2.0 * (speeds / (w * way)).apply("atan")) / w

    def _phase(self) -> Value:
        """Return how long it would have been above the edge, and below it, when it begins."""
        way = abs(self.height)
        since = {
            s: self._swing(way, self.speed + s * self.rise, self.sides[s].stiffness)
            for s in (BELOW, ABOVE)
        }
        return self._choose(self.sides[ABOVE].lasts + since[BELOW], since[ABOVE])

    # ---- from the time -------------------------------------------------------------------------

    def _moved(self, side: int, time: Value) -> tuple[Value, Value]:
        """Return how far from the edge it is, and how fast, so long after it has come there."""
        own, u = self.sides[side], self.speed
        if self.safe:
            zero = self.builder.constant(0.0)
            even, odd = basis(zero, -own.stiffness, own.stiffness, time / 2.0)
            whole = 2.0 * odd * even
            turned = even * even - own.stiffness * odd * odd
            return 2.0 * odd * (u * even + own.push * odd), u * turned + own.push * whole
        if own.stiffness.constant == 0:
            return u * time + own.push * time**2.0 / 2.0, u + own.push * time
        w = root(own.stiffness)
        angle = w * time
        sine, cosine = angle.apply("sin"), angle.apply("cos")
        away = u / w * sine + own.push / own.stiffness * (1.0 - cosine)
        return away, u * cosine + own.push / w * sine

    @property
    def states(self) -> Tape:
        """The state and its slope."""
        lasts = self.sides[ABOVE].lasts
        below = lasts <= self.within
        high, low = self._moved(ABOVE, self.within), self._moved(BELOW, self.within - lasts)
        x, v = (below.apply("select", -b, a) for a, b in zip(high, low, strict=True))
        return self.builder.finish([self.edge + x, v], self._names)

    @property
    def _names(self) -> tuple[str, ...]:
        return (self.system.time, *self.system.parameters)

    @property
    def holds(self) -> Tape:
        """Whether it swings to and fro through the place in between."""
        valid = (self.builder.inputs[0] >= self.system.t0) & (self.square > 0.0)
        for side in self.sides.values():
            valid = valid & (side.stiffness >= 0.0) & (side.lasts > 0.0)
        valid = valid & (self.period < math.inf) & (abs(self.begun) < math.inf)
        return self.builder.finish([valid], self._names)

    # ---- claims --------------------------------------------------------------------------------

    def is_law(self, side: int) -> Claim:
        """Claim that the force is a law on its side."""
        builder = self.builder
        away, v = builder.input("root of the distance"), builder.input("speed there")
        x = self.edge + side * (1.0 + away**2.0)
        at = dict(zip(self.system.states, (x, v), strict=True))
        tapes = self.found.block.system.vector_field.select([1]), self.found.rates[side]
        values = (
            builder.inline(t, [at[n] if n in at else builder.input(n) for n in t.inputs])[0]
            for t in tapes
        )
        return Claim(*map(builder.formula, values))

    def keeps(self) -> tuple[Claim, ...]:
        """Claim that the square of the speed at the edge keeps its value on each side."""
        builder, formula = self.builder, self.builder.formula
        away, v = builder.input("distance from the edge"), builder.input("speed there")
        claims = list[Claim]()
        for own in self.sides.values():
            pull = own.push - own.stiffness * away
            change = 2.0 * v * pull + 2.0 * own.stiffness * away * v - 2.0 * own.push * v
            claims.append(Claim(formula(change), formula(0.0 * v)))
        return tuple(claims)

    def returns(self) -> tuple[Claim, ...]:
        """Claim that it is back at the edge after that time, with the speed it came with."""
        formula, claims = self.builder.formula, list[Claim]()
        for side, own in self.sides.items():
            away, speed = self._moved(side, own.lasts)
            claims += [
                Claim(formula(away), formula(0.0 * own.lasts)),
                Claim(formula(speed), formula(-self.speed)),
            ]
        return tuple(claims)
