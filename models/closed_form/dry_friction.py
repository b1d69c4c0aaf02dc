"""An oscillator with dry friction: half swings about two centres, each shorter, until it sticks.

Friction of constant size pulls against the motion, so that the motion one way is about another
centre than that the other way. With N turns behind it, x is about z -+ d and has lost 2*d of its
amplitude at each of them; with viscous damping besides, what is lost grows by a factor from turn to
turn. Both add up to a formula for any number of turns (Den Hartog 1956, *Mechanical Vibrations*,
section 8.5; Hong and Liu 2001, Journal of Sound and Vibration 247, 657-671).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ..exact.abbreviated import meant, roots_named
from ..exact.derivation import Claim, Step
from ..exact.first_order.sides import ABOVE, BELOW
from ..exact.linear.identity import Identity
from ..exact.motions.two_sided import Linear, TwoSided, root, two_sided, where
from ..exact.solvable import Block, Solved
from ..exact.workings import fulfilment
from ..notation import chain
from ..symbolic.rational import simplified
from ..tape import Builder, Tape, Value
from ..tape.composed.confluent import relative_growth


@dataclass(frozen=True)
class DryFrictionClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "oscillator with dry friction, x'' = f - k*x - c*x' - r*sign(x')"

    @property
    def order(self) -> int:
        """It needs a little algebra."""
        return 10

    def recognise(self, block: Block) -> DryFriction | None:
        """Return the equation, None if it is of another kind."""
        found = two_sided(block)
        if found is None or found.along != 1:
            return None
        builder = Builder(found.system.parameters)
        identity = Identity(builder)
        below, above = (_values(builder, found.laws[side]) for side in (BELOW, ABOVE))
        (edge,) = builder.inline(found.edge, builder.inputs)
        alike = all(identity.same(a, b) for a, b in zip(below[1:], above[1:], strict=True))
        if not alike or identity.is_zero(above[1]) or not identity.is_zero(edge):
            return None
        return DryFriction(found)


SOLVABLE = DryFrictionClass()


def _values(builder: Builder, law: Linear) -> list[Value]:
    return [builder.inline(tape, [builder.input(n) for n in tape.inputs])[0] for tape in law]


class _Parts(NamedTuple):
    """What the solution is made of, from the parameters.

    Parameters
    ----------
    middle, apart
        z, halfway between both centres, and d, how far these are from there.
    stiffness, half
        k and c/2.
    pace
        The square of the angular frequency.
    w
        The angular frequency.
    side
        The direction of the motion at the start.
    reach
        The amplitude of the first swing, were it there at once.
    turn
        The time until the first turn.
    """

    middle: Value
    apart: Value
    stiffness: Value
    half: Value
    pace: Value
    w: Value
    side: Value
    reach: Value
    turn: Value


@dataclass(frozen=True)
class DryFriction:
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
        written = formula.states
        yield Solved(
            written, tape.states, tuple(self._domain(formula)),
            tuple(self._steps(formula, written, tape.holds)), tape.holds,
        )  # fmt: skip

    def _domain(self, page: _Page) -> Iterator[str]:
        notation, parts = self.found.block.notation, page.parts

        def said(value: Value) -> str:
            return notation.formula(simplified(page.builder.formula(value))).text

        time, state = (notation.name(n).text for n in (notation.time, self.found.system.states[0]))
        yield f"valid from {time} = {self.found.system.t0:g} on"
        slack = parts.stiffness, parts.pace, parts.apart
        for value, sign in zip(slack, ("0 <", "0 <", "0 <="), strict=True):
            if value.constant is None:
                yield f"where {sign} {said(value)}"
        centre = said(parts.middle)
        far = state if centre == "0" else f"{state} - {centre}"
        yield f"until it turns where abs({far}) <= {said(parts.apart)}: friction holds it there"

    # ---- derivation ----------------------------------------------------------------------------

    def _steps(self, page: _Page, written: Tape, holds: Tape) -> Iterator[Step]:
        notation, parts, formula = self.found.block.notation, page.parts, page.builder.formula
        tape, letters = roots_named(written.select([0]), notation)
        time = page.system.time
        counts = {name: told for name, told in letters.items() if time in told.used()}
        others = {name: told for name, told in letters.items() if name not in counts}
        z, d = (notation.name(notation.fresh(*names)) for names in (("z", "z_m"), ("d", "d_f")))
        state, speed = (notation.name(s) for s in self.found.system.states)
        given = (
            chain(letter, notation.formula(simplified(formula(value))))
            for letter, value in ((z, parts.middle), (d, parts.apart))
        )
        yield Step(
            f"As long as {speed.text} keeps its sign the equation is linear: {state.text} swings "
            f"about {z} - {d} where that is positive, about {z} + {d} where it is negative",
            chain(*given, sign=", "), tuple(page.is_swing(side) for side in (BELOW, ABOVE)),
        )  # fmt: skip
        yield Step(
            "The first swing ends where the velocity is zero: when that is, and what decides it",
            chain(*meant(others, notation), sign=", "), page.stops(),
        )  # fmt: skip
        yield Step(
            f"Each of the others takes half a period, about the other centre: 2*{d} of the "
            "amplitude are lost at each turn. Turns so far are",
            chain(*meant(counts, notation), sign=", "), page.loses(),
        )  # fmt: skip
        yield Step(
            "Together, until a swing begins within the reach of friction",
            chain(notation.in_time(self.found.system.states[0]), notation.answer(tape)),
            tuple(where(holds, claim, page.system) for claim in fulfilment(page.system, written)),
        )  # fmt: skip


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
        self.elapsed = self.builder.inputs[0] - self.system.t0
        self.start, self.speed = self.builder.inline(self.system.start, self.builder.inputs[1:])
        self.parts = self._parts()
        self.since = self.builder.inputs[0] - (self.system.t0 + self.parts.turn)
        self.angle = self.parts.w * self.since
        self.turns = (self.angle / math.pi + 1.0).apply("floor")
        self.amplitude = self._amplitude(self.turns, self.since)

    # ---- from the parameters -------------------------------------------------------------------

    def _simply(self, value: Value) -> Value:
        tape = simplified(self.builder.formula(value))
        return self.builder.inline(tape, [self.builder.input(n) for n in tape.inputs])[0]

    def _parts(self) -> _Parts:
        (low, k, c), (high, *_) = (
            _values(self.builder, self.found.laws[side]) for side in (BELOW, ABOVE)
        )
        middle, apart = (self._simply(v / (2.0 * k)) for v in (low + high, low - high))
        half = self._simply(c / 2.0)
        pace = self._simply(k - half**2.0)
        w = root(pace)
        aside = self.start - middle
        side = aside.apply("sign")
        if self.speed.constant != 0:
            still = self.speed.apply("eq", 0.0)
            side = still.apply("select", side, self.speed.apply("sign"))
        pull = k * (aside + side * apart) + half * self.speed
        size = (pull**2.0 + pace * self.speed**2.0).apply("sqrt")
        turn = self._angle(side * pull, w * abs(self.speed), size) / w
        return _Parts(middle, apart, k, half, pace, w, side, size / k, turn)

    def _angle(self, away: Value, quick: Value, size: Value) -> Value:
        """Return the angle of which both are cosine and sine, from 0 to pi."""
        if self.speed.constant == 0:
            return self.builder.constant(0.0)
        if not self.safe:
            return 2.0 * (quick / (size + away)).apply("atan")
        ahead = 0.0 <= away
        far = (size > 0.0).apply("select", size + abs(away), 1.0)
        angle = 2.0 * (quick / far).apply("atan")
        return ahead.apply("select", angle, math.pi - angle)

    # ---- from the time -------------------------------------------------------------------------

    def _amplitude(self, turns: Value, since: Value) -> Value:
        """Return what a swing would reach without damping from now on, from its own centre.

        Parameters
        ----------
        turns, since
            Turns so far, and the time since the first.
        """
        parts = self.parts
        lost = 2.0 * parts.apart
        if parts.half.constant == 0:
            return parts.reach - lost * turns
        own = parts.reach * (-parts.half * (since + parts.turn)).apply("exp")
        per_turn = parts.half * math.pi / parts.w
        if self.safe:
            # of the sum of all that was lost what grows is taken out, so that nothing overflows
            later = since - (turns - 1.0) * math.pi / parts.w
            sums = turns * relative_growth(-per_turn * turns) / relative_growth(-per_turn)
            return own - lost * (-parts.half * later).apply("exp") * sums
        factor = per_turn.apply("exp")
        sums = (factor**turns - 1.0) / (factor - 1.0)
        return own - lost * (-parts.half * since).apply("exp") * sums

    @property
    def _sign(self) -> Value:
        """-1 after an odd number of turns."""
        if not self.safe:
            return self.builder.value(-1.0) ** self.turns
        return 1.0 - 2.0 * (self.turns - 2.0 * (self.turns / 2.0).apply("floor"))

    @property
    def states(self) -> Tape:
        """The state and its slope."""
        parts, u = self.parts, self.angle
        wave = u.apply("cos")
        if parts.half.constant != 0:
            wave = wave + parts.half / parts.w * u.apply("sin")
        x = parts.middle + parts.side * (self.amplitude * wave - parts.apart * self._sign)
        fast = parts.w if parts.half.constant == 0 else parts.stiffness / parts.w
        v = -parts.side * fast * self.amplitude * u.apply("sin")
        return self.builder.finish([x, v], (self.system.time, *self.system.parameters))

    @property
    def holds(self) -> Tape:
        """Whether it swings and is not held yet: each swing is to go beyond its own centre."""
        parts = self.parts
        swings = (parts.stiffness > 0.0) & (parts.pace > 0.0) & (parts.apart >= 0.0)
        moves = (self.amplitude > 0.0) | parts.apart.apply("eq", 0.0)
        valid = swings & moves & (self.elapsed >= 0.0)
        return self.builder.finish([valid], (self.system.time, *self.system.parameters))

    # ---- claims --------------------------------------------------------------------------------

    def is_swing(self, side: int) -> Claim:
        """Claim that with one sign of the velocity the rate pulls to a centre."""
        parts, builder = self.parts, self.builder
        x, away = builder.input("place of the swing"), builder.input("square of its speed")
        v = side * (1.0 + away**2.0)
        known = dict(zip(self.system.states, (x, v), strict=True))
        rate = self.found.block.system.vector_field
        own = [known[n] if n in known else builder.input(n) for n in rate.inputs]
        centre = parts.middle - side * parts.apart
        pull = -parts.stiffness * (x - centre) - 2.0 * parts.half * v
        return Claim(builder.formula(builder.inline(rate, own)[1]), builder.formula(pull))

    def stops(self) -> tuple[Claim, ...]:
        """Claim that the first swing stops at the first turn, where that is real."""
        parts = self.parts
        away = self.start - parts.middle + parts.side * parts.apart
        push = parts.stiffness * away + parts.half * self.speed
        angle = parts.w * parts.turn
        moved = self.speed * angle.apply("cos") - push / parts.w * angle.apply("sin")
        return (Claim(self.builder.formula(moved), self.builder.formula(0.0)),)

    def loses(self) -> tuple[Claim, ...]:
        """Claim that at each turn the amplitude becomes less by the distance of both centres."""
        parts, builder = self.parts, self.builder
        n = builder.input("turns before this one")
        at = n * math.pi / parts.w
        before, after = (self._amplitude(turns, at) for turns in (n, n + 1.0))
        lost = builder.formula(2.0 * parts.apart)
        return (Claim(builder.formula(before - after), lost),)
