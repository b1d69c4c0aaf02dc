"""Motion on a line under an inverse square, x'' = k/x^2: a fall, an escape, charges that repel.

The cycloid of a fall from rest (Boyce and DiPrima 2012, *Elementary Differential Equations*,
section 2.3, on escape velocity) and its companions for higher energies, in one formula: in a time
of its own the root of the distance is an oscillation (`tape.kepler`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ..exact.derivation import Step
from ..exact.motions.conservative import Motion, Page, energy, motion
from ..exact.motions.parametric import Parametric
from ..exact.solvable import Block, Solved
from ..notation import Shown, chain
from ..tape import Builder, Tape, Value
from ..tape.composed.kepler import Fall, fall


@dataclass(frozen=True)
class InverseSquareClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "motion under an inverse square, x'' = k/x^2"

    @property
    def order(self) -> int:
        """It needs a little algebra."""
        return 13

    def recognise(self, block: Block) -> InverseSquare | None:
        """Return the equation, None if the force is another."""
        found = motion(block)
        strength = found.strength(2.0) if found else None
        return InverseSquare(found, strength) if found and strength else None


SOLVABLE = InverseSquareClass()


@dataclass(frozen=True)
class InverseSquare:
    """One such equation.

    Parameters
    ----------
    found
        The motion.
    strength
        k, from the parameters.
    """

    found: Motion
    strength: Tape

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution."""
        page, notation = self.found.page(), self.found.block.notation
        came = self._came(page)
        names = (self.found.system.time, *self.found.system.parameters)
        x = _side(page.start) * abs(page.start) * came.q**2.0
        v = 2.0 * _side(page.start) * came.slope / came.q
        begun = page.elapsed.apply("eq", 0.0)
        values = begun.apply("select", page.start, x), begun.apply("select", page.speed, v)
        holds = (begun | came.valid) & (abs(page.start) > 0.0)
        name = notation.name(self.found.system.states[0]).text
        domain = f"valid until {name} reaches zero, if it does"
        written = Parametric(
            self.found.system, self._letter, self._curve,
            page.builder.finish([_side(page.start) * came.s], names), self._equations,
        )  # fmt: skip
        yield Solved(
            written, page.builder.finish(values, names), (domain,), tuple(self._steps(written)),
            page.builder.finish([holds], names),
        )  # fmt: skip

    def _came(self, page: Page) -> Fall:
        """Return where the motion has come to, the distance taken as positive."""
        side = _side(page.start)
        return fall(-side * page.put(self.strength), abs(page.start), side * page.speed,
                    page.elapsed)  # fmt: skip

    @cached_property
    def _letter(self) -> str:
        return self.found.block.notation.fresh("s", "u", "s_1")

    @cached_property
    def _parts(self) -> tuple[Builder, tuple[Value, Value, Value, Value]]:
        """A builder of formulas in s, and s, the start, half the speed and w^2."""
        system = self.found.system
        builder = Builder((*system.parameters, self._letter))
        *parameters, s = builder.inputs
        start, speed = builder.inline(system.start, parameters)
        (k,) = builder.inline(self.strength, parameters)
        square = -k / (2.0 * start) - speed**2.0 / 4.0
        return builder, (s, start, speed / 2.0, square)

    @cached_property
    def _curve(self) -> Tape:
        """The time, the state and its slope, from the parameters and s."""
        builder, (s, start, h, square) = self._parts
        w = abs(square).apply("sqrt")
        cosine, sine = (
            (square > 0.0).apply("select", (w * s).apply(a), (w * s).apply(b))
            for a, b in (("cos", "cosh"), ("sin", "sinh"))
        )
        sine = sine / w
        q, slope = cosine + h * sine, h * cosine - square * sine
        whole = (s + sine * cosine) / 2.0 + h * sine**2.0
        time = start * (whole + h**2.0 * (s - sine * cosine) / (2.0 * square))
        return builder.finish([time, start * q**2.0, 2.0 * slope / q])

    @cached_property
    def _equations(self) -> tuple[Shown, ...]:
        """The solution in writing: x = x_0*q^2, what q is, and the time."""
        notation, system = self.found.block.notation, self.found.system
        letters = tuple(
            notation.fresh(*wanted)
            for wanted in (("q", "q_1"), ("C", "C_1"), ("S", "S_1"), ("w", "w_1"))
        )
        q_name, c_name, s_name, _ = letters
        builder = Builder((*system.parameters, self._letter, *letters))
        values = builder.inputs
        parameters, (s, q, c, sine, w) = values[:-5], values[-5:]
        start, speed = builder.inline(system.start, parameters)
        (square,) = builder.inline(
            self._parts[0].finish([self._parts[1][3]]), [*parameters, s]
        )  # fmt: skip
        h = speed / 2.0
        time = start * (
            (s + sine * c) / 2.0 + h * sine**2.0 + h**2.0 * (s - sine * c) / (2.0 * w**2.0)
        )

        def row(name: str, value: Value) -> Shown:
            return chain(notation.name(name), notation.formula(builder.formula(value)))

        first = chain(
            notation.in_time(system.states[0]),
            notation.answer(builder.formula(start * q**2.0)),
        )
        return (
            first, row(q_name, c + h * sine), row(notation.time, system.t0 + time),
            row(c_name, (w * s).apply("cos")), row(s_name, (w * s).apply("sin") / w),
            chain(notation.formula(builder.formula(w**2.0)),
                  notation.formula(builder.formula(square))),
        )  # fmt: skip

    def _steps(self, written: Parametric) -> Iterator[Step]:
        yield from energy(self.found, self._potential())
        notation = self.found.block.notation
        name, s = notation.name(self.found.system.states[0]).text, self._letter
        time = notation.name(notation.time).text
        yield Step(
            f"In a time of its own, d{time} = {name}*d{s}, the root of {name} is an oscillation, "
            f"by cos and sin, or by cosh and sinh where the square of its frequency is negative; "
            f"{time} is the integral of {name} by {s}",
            chain(*self._equations, sign=", "), written.fulfils(),
        )  # fmt: skip

    def _potential(self) -> Tape:
        system = self.found.system
        builder = Builder((system.states[0], *system.parameters))
        x, *parameters = builder.inputs
        (k,) = builder.inline(self.strength, parameters)
        return builder.finish([k / x])


def _side(start: Value) -> Value:
    """Return the sign of the state, which it keeps."""
    return start.apply("sign")
