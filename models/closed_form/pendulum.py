"""The pendulum, x'' = -w^2*sin(x), swinging or turning over, by Jacobi's elliptic functions.

With m = sin(x_0/2)^2 + (v_0/(2*w))^2 the sine of half the angle is sqrt(m)*sn and its cosine dn
(DLMF 22.19(i)); the start is put in by the addition theorem (22.8(i)). Beyond m = 1 the pendulum
turns over, and half the angle is Jacobi's amplitude.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import pi

from ..exact.conservative import Motion, Page, energy, motion
from ..exact.solvable import Block, Solved
from ..symbolic.rational import simplified
from ..tape import Builder, Tape, Value


@dataclass(frozen=True)
class PendulumClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "the pendulum, x'' = -w^2*sin(x), by Jacobi's elliptic functions"

    @property
    def order(self) -> int:
        """It needs a little algebra."""
        return 13

    def recognise(self, block: Block) -> Pendulum | None:
        """Return the equation, None if the force is another."""
        found = motion(block)
        if found is None or not any(n.op == "sin" for n in found.force.nodes):
            return None
        system = found.system
        builder = Builder((system.states[0], *system.parameters))
        (ratio,) = builder.inline(found.force, builder.inputs)
        strength = simplified(builder.finish([-ratio / builder.inputs[0].apply("sin")]))
        return Pendulum(found, found.at(strength, 0.0)) if found.is_free(strength) else None


SOLVABLE = PendulumClass()


@dataclass(frozen=True)
class Pendulum:
    """One such equation.

    Parameters
    ----------
    found
        The motion.
    strength
        w^2, from the parameters.
    """

    found: Motion
    strength: Tape

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution."""
        page = self.found.page()
        square = page.put(self.strength)
        w = square.apply("sqrt")
        sine, cosine = ((page.start / 2.0).apply(f) for f in ("sin", "cos"))
        quick = page.speed / (2.0 * w)
        m = sine**2.0 + quick**2.0
        swinging = self._swinging(page, w * page.elapsed, m, sine, cosine, quick)
        steps = [
            *energy(self.found, self._potential()),
            page.step(
                "Half the angle has a sine and cosine that are elliptic functions of the parameter",
                "m", m, *self._kept(page, w),
            ),
        ]  # fmt: skip
        angle = swinging
        if page.speed.constant != 0:
            angle = (m < 1.0).apply("select", swinging, self._turning(page, w, m))
        shown = self.found.block.notation.formula(page.builder.formula(square)).text
        holds = (square > 0.0) & (1.0 - m.apply("eq", 1.0))
        yield page.solved(angle, steps, f"valid where {shown} > 0", holds)

    def _kept(self, page: Page, w: Value) -> list[tuple[Value, Value]]:
        """Return that the parameter keeps its value: its derivative along the motion is zero."""
        builder = page.builder
        x, v = builder.input("angle of the pendulum"), builder.input("its speed")
        half = x / 2.0
        change = half.apply("sin") * half.apply("cos") * v
        (force,) = builder.inline(self.found.force, [x, *page.parameters])
        return [(change, -v * force / (2.0 * w**2.0))]

    def _swinging(
        self, page: Page, u: Value, m: Value, sine: Value, cosine: Value, quick: Value
    ) -> Value:
        sn, cn, dn = (u.apply(f"jacobi_{name}", m) for name in ("sn", "cn", "dn"))
        above = sine * cn * dn + quick * cosine * sn
        below = cosine * dn - quick * sine * sn * cn
        turns = ((page.start + pi) / (2.0 * pi)).apply("floor")
        return 2.0 * (above / below).apply("atan") + 2.0 * pi * turns

    def _turning(self, page: Page, w: Value, m: Value) -> Value:
        k, inverse = m.apply("sqrt"), 1.0 / m
        begun = (page.start / 2.0).apply("elliptic_f", inverse)
        side = page.speed.apply("sign")
        return 2.0 * (side * k * w * page.elapsed + begun).apply("jacobi_am", inverse)

    def _potential(self) -> Tape:
        system = self.found.system
        builder = Builder((system.states[0], *system.parameters))
        x, *parameters = builder.inputs
        (square,) = builder.inline(self.strength, parameters)
        return builder.finish([-square * x.apply("cos")])
