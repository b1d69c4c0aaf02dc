"""Motion x'' = a(x) + b(x)*x'^2 by its energy: time is an integral over the place.

Where the motion turns on both sides, an angle takes it through all turning points,

    x = x_1 + (x_2 - x_1)*sin(phi/2)^2,

at a pace that is smooth and never zero; where it turns on one side only, x = x_1 + u^2 passes that
point; where it never turns, x itself passes (Landau and Lifshitz 1976, *Mechanics*, section 11).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ..exact.derivation import Claim, Step
from ..exact.motions.energetic import Energetic, EnergyPage, energetic
from ..exact.motions.located import Either
from ..exact.motions.passing import Passing
from ..exact.motions.revolving import Revolving
from ..exact.motions.wells import Well
from ..exact.solvable import Block, Solved, Written
from ..notation import Shown, chain
from ..tape import Tape, Value
from ..tape.differentiate import derivative

_BOUND = "turn on both sides, as far as 128 angles tell the way round"
_FREE = "do not turn on both sides, as far as the time to a place can be integrated"


@dataclass(frozen=True)
class EnergyIntegralClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "motion with a conserved energy, x'' = a(x) + b(x)*x'^2, time being an integral"

    @property
    def order(self) -> int:
        """After those whose place is a known function of time."""
        return 17

    def recognise(self, block: Block) -> EnergyIntegral | None:
        """Return the equation, None if it is another or its potential is no known function."""
        found = energetic(block)
        return EnergyIntegral(found) if found else None


SOLVABLE = EnergyIntegralClass()


@dataclass(frozen=True)
class EnergyIntegral:
    """One such equation.

    Parameters
    ----------
    motion
        The equation, its mass and its potential.
    """

    motion: Energetic

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution for motions that turn on both sides, or for all others."""
        well = Well(self.motion)
        begun = self._force_step(), self._energy_step()
        if well.is_ever_bound:
            bound = self._revolving(well)
            yield self._solved(bound, well.revolved(), (*begun, self._turning_twice(bound)), _BOUND)
            return
        left, right, free = self._passing(well)
        steps = *begun, self._turning_once(left), self._turning_never(free)
        yield self._solved(Either((left, right, free)), well.passed(), steps, _FREE)

    def _solved(
        self, written: Written, tapes: tuple[Tape, Tape], steps: tuple[Step, ...], domain: str
    ) -> Solved:
        states, holds = tapes
        return Solved(written, states, (f"valid for motions that {domain}",), steps, holds)

    @cached_property
    def _letters(self) -> tuple[str, ...]:
        fresh, x = self.motion.notation.fresh, self.motion.system.states[0]
        wanted = (
            ("E", "H"),
            ("phi", "theta"),
            ("u", "w"),
            (f"{x}_1", f"{x}_l"),
            (f"{x}_2", f"{x}_r"),
        )
        return tuple(fresh(*names) for names in wanted)

    # ---- with many digits -----------------------------------------------------------------

    def _revolving(self, well: Well) -> Revolving:
        """Return the solution between two turning points, by their distances from the start."""
        phi, left, right = self._letters[1], "to the left", "to the right"
        page = self.motion.page(phi, left, right)
        angle, before, behind = page.builder.inputs[:3]
        half = (angle / 2.0).apply("sin"), (angle / 2.0).apply("cos")
        x = page.start - before + (before + behind) * half[0] ** 2.0
        reach = (before + behind) * half[0] * half[1]
        side = reach.apply("sign")
        pace = (page.mass(x) * reach**2.0 / page.kinetic(x)).apply("sqrt")
        also = phi, left, right
        return Revolving(
            self.motion.system, phi, page.of(x, side * _speed(page, x), also=also),
            page.of(pace, also=also), page.of(_angle(page, before, behind), also=also[1:]),
            well.angle, (self._energy, *self._between), self._roots((left, -1.0), (right, 1.0)),
            well.distances,
        )  # fmt: skip

    def _roots(self, *sides: tuple[str, float]) -> dict[str, Tape]:
        """Return what is zero at the distance of a turning point on each side."""
        roots = dict[str, Tape]()
        for name, side in sides:
            page = self.motion.page(name)
            place = page.start + side * page.builder.inputs[0]
            roots[name] = page.of(page.kinetic(place), also=(name,))
        return roots

    def _passing(self, well: Well) -> Iterator[Passing]:
        """Yield the solutions that turn on the left only, on the right only, and nowhere."""
        u = self._letters[2]
        own = self.motion.system, u
        for side, name, place in zip(
            (-1.0, 1.0), ("to the left", "to the right"), well.beyond, strict=False
        ):
            page = self.motion.page(u, name)
            way, distance = page.builder.inputs[:2]
            x = page.start + side * (distance - way**2.0)
            speed = -side * way.apply("sign") * _speed(page, x)
            begin = -side * _sign(page.speed) * distance.apply("sqrt")
            still = (page.mass(x) / (-2.0 * side * page.push(x))).apply("sqrt")
            pace = 2.0 * (page.mass(x) * way**2.0 / page.kinetic(x)).apply("sqrt")
            pace = way.apply("eq", 0.0).apply("select", 2.0 * still, pace)
            yield Passing(
                *own, page.of(x, speed, also=(u, name)), page.of(pace, also=(u, name)),
                page.of(begin, also=(name,)), place, (self._energy, *self._on_one_side),
                self._roots((name, side)), well.distances.select([0 if side < 0 else 1]),
            )  # fmt: skip
        page = self.motion.page(u)
        x, side = page.start + page.builder.inputs[0], page.speed.apply("sign")
        states = page.of(x, side * _speed(page, x), also=(u,))
        pace = page.of(side / _speed(page, x), also=(u,))
        equations = self._energy, *self._never
        yield Passing(*own, states, pace, page.of(0.0), well.beyond[2], equations)

    # ---- in writing -----------------------------------------------------------------------

    @cached_property
    def _energy(self) -> Shown:
        x, v = self.motion.system.states
        page = self.motion.page(x, v)
        place, speed = page.builder.inputs[:2]
        now = page.mass(place) * speed**2.0 / 2.0 + page.potential(place)
        begun = page.mass(page.start) * page.speed**2.0 / 2.0 + page.potential(page.start)
        return chain(
            self.motion.notation.name(self._letters[0]), page.shown(now), page.shown(begun)
        )

    def _lettered(self, *names: str) -> tuple[EnergyPage, Value, Value, list[Value]]:
        """Return a page, the place, its speed where the energy is a letter, and other letters."""
        state = self.motion.system.states[0]
        page = self.motion.page(state, self._letters[0], *names)
        x, level, *others = page.builder.inputs[: len(names) + 2]
        speed = (2.0 * (level - page.potential(x)) / page.mass(x)).apply("sqrt")
        return page, x, speed, others

    @cached_property
    def _between(self) -> tuple[Shown, ...]:
        _, phi, _, one, other = self._letters
        page, x, speed, (angle, low, high) = self._lettered(phi, one, other)
        place = low + (high - low) * (angle / 2.0).apply("sin") ** 2.0
        pace = ((x - low) * (high - x)).apply("sqrt") / speed
        return self._in_time(place, page), self._integral(
            pace, phi, page, f"turning at {one} and {other}"
        )

    @cached_property
    def _on_one_side(self) -> tuple[Shown, ...]:
        _, _, u, end, _ = self._letters
        page, _, speed, (way, low) = self._lettered(u, end)
        return self._in_time(low + way**2.0, page), self._integral(
            2.0 * way / speed, u, page, f"turning at {end} only"
        )

    @cached_property
    def _never(self) -> tuple[Shown, ...]:
        u = self._letters[2]
        page, _, speed, (way,) = self._lettered(u)
        return self._in_time(page.start + way, page), self._integral(
            1.0 / speed, u, page, "never turning"
        )

    def _in_time(self, place: Value, page: EnergyPage) -> Shown:
        return chain(self.motion.notation.in_time(self.motion.system.states[0]), page.shown(place))

    def _integral(self, pace: Value, name: str, page: EnergyPage, words: str) -> Shown:
        """Return the time as an integral over a place, and where that is so."""
        notation, system = self.motion.notation, self.motion.system
        letter, shown, begin = notation.name(name), page.shown(pace), f"{system.t0:g}"
        text = f"integral({shown.text}, {letter.text} = {letter.text}_0..{letter.text})"
        latex = rf"\int_{{{letter.latex}_0}}^{{{letter.latex}}} {shown.latex} "
        latex += rf"\,\mathrm{{d}}{letter.latex}"
        if system.t0:
            text, latex = f"{begin} + {text}", f"{begin} + {latex}"
        set_ = words.replace("_", r"\_").replace(" ", r"\ ")
        case = Shown(f"{text}, {words}", rf"{latex},\ \mathrm{{{set_}}}")
        return chain(notation.name(system.time), case)

    # ---- the way --------------------------------------------------------------------------

    def _force_step(self) -> Step:
        """Return that the force is one of place and of the square of speed, by mass and potential.

        Where there is no such term, the mass is one.
        """
        x, v = self.motion.system.states
        page = self.motion.page(x, v)
        place, speed = page.builder.inputs[:2]
        (bend,) = page.builder.inline(derivative(self.motion.mass, x), [place, *page.parameters])
        force = (page.push(place) - bend * speed**2.0 / 2.0) / page.mass(place)
        given = page.acceleration(place, speed)
        claim = Claim(page.builder.formula(given), page.builder.formula(force))
        shown = chain(self.motion.notation.rate(v), page.shown(given))
        return Step("The force depends on the place and the square of the speed", shown, (claim,))

    def _energy_step(self) -> Step:
        return Step(
            "Time does not occur: multiply by the speed and integrate. This energy stays what it "
            "is at the start", self._energy, tuple(self._conserved()),
        )  # fmt: skip

    def _turning_twice(self, written: Revolving) -> Step:
        one, other = self._letters[3:]
        return Step(
            f"Between two turning points {one} and {other}, where the speed is zero, an angle goes "
            "on at a pace that never is, so that time is an integral over it",
            chain(*written.equations[1:], sign=", "), written.fulfils(),
        )  # fmt: skip

    def _turning_once(self, written: Passing) -> Step:
        u, one = self._letters[2:4]
        return Step(
            f"With a turning point on one side only, {one}, the square of {u} is the distance from "
            "it, and is subtracted where that is on the right",
            chain(*written.equations[1:], sign=", "), (*written.fulfils(), *written.starts()),
        )  # fmt: skip

    def _turning_never(self, written: Passing) -> Step:
        x = self.motion.notation.name(self.motion.system.states[0]).text
        return Step(
            f"With none, {x} itself goes on and on; {self._letters[2]} is negative where the speed "
            "is", chain(*written.equations[1:], sign=", "),
            (*written.fulfils(), *written.starts()),
        )  # fmt: skip

    def _conserved(self) -> Iterator[Claim]:
        """Claim that the energy does not change."""
        x, v = self.motion.system.states
        page = self.motion.page(x, v)
        place, speed = page.builder.inputs[:2]
        (bend,) = page.builder.inline(derivative(self.motion.mass, x), [place, *page.parameters])
        change = page.mass(place) * page.acceleration(place, speed) + bend * speed**2.0 / 2.0
        yield Claim(page.builder.formula(change), page.builder.formula(page.push(place)))


def _speed(page: EnergyPage, x: Value) -> Value:
    """Return the size of the speed at a place."""
    return (page.kinetic(x) / page.mass(x)).apply("max", 0.0).apply("sqrt")


def _sign(speed: Value) -> Value:
    return (speed < 0.0).apply("select", -1.0, 1.0)


def _angle(page: EnergyPage, before: Value, behind: Value) -> Value:
    """Return the angle at the start."""
    whole = before + behind
    small, large = (2.0 * (part / whole).apply("sqrt").apply("asin") for part in (before, behind))
    return _sign(page.speed) * (before < behind).apply("select", small, math.pi - large)
