"""The pendulum, x'' = -w^2*sin(x), swinging or turning over, by Jacobi's elliptic functions.

With m = sin(x_0/2)^2 + (v_0/(2*w))^2 the sine of half the angle is sqrt(m)*sn and its cosine dn
(DLMF 22.19(i)); the start is put in by the addition theorem (22.8(i)). Beyond m = 1 the pendulum
turns over, and half the angle is Jacobi's amplitude. Where w^2 is written as a negative number it
is the same pendulum, its angle counted from above.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import pi

from ..exact.motions.conservative import Motion, Page, energy, motion
from ..exact.solvable import Block, Solved
from ..symbolic.rational import simplified
from ..tape import Builder, Tape, Value

Jacobi = Callable[[Value, Value], Sequence[Value]]


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
        whole = self.found.page()
        square, above = whole.put(self.strength), 0.0
        if self._is_negative:
            square, above = -square, pi
        page, w = replace(whole, start=whole.start - above), square.apply("sqrt")
        m = (page.start / 2.0).apply("sin") ** 2.0 + (page.speed / (2.0 * w)) ** 2.0
        counted = "Half the angle, counted from above," if above else "Half the angle"
        steps = [
            *energy(self.found, self._potential()),
            page.step(
                f"{counted} has a sine and cosine that are elliptic functions of the parameter",
                "m", m, *self._kept(page, w, above),
            ),
        ]  # fmt: skip
        shown = self.found.block.notation.formula(page.builder.formula(square)).text
        formula, safe = (self._angle(page, w, m, jacobi) + above for jacobi in (_jacobi, _safe))
        yield page.solved(formula, steps, f"valid where {shown} > 0", square > 0.0, safe)

    @property
    def _is_negative(self) -> bool:
        """Whether w^2 is written as the opposite of something."""
        square = self.strength.nodes[self.strength.outputs[0]]
        return square.op == "neg" or (square.op == "const" and square.value < 0)

    def _angle(self, page: Page, w: Value, m: Value, jacobi: Jacobi) -> Value:
        sine, cosine = ((page.start / 2.0).apply(f) for f in ("sin", "cos"))
        quick = page.speed / (2.0 * w)
        swinging = self._swinging(page, jacobi(w * page.elapsed, m), sine, cosine, quick)
        if page.speed.constant == 0:
            return swinging
        return (m > 1.0).apply("select", self._turning(page, w, m), swinging)

    def _kept(self, page: Page, w: Value, above: float) -> list[tuple[Value, Value]]:
        """Return that the parameter keeps its value: its derivative along the motion is zero."""
        builder = page.builder
        x, v = builder.input("angle of the pendulum"), builder.input("its speed")
        half = x / 2.0
        change = half.apply("sin") * half.apply("cos") * v
        (force,) = builder.inline(self.found.force, [x + above, *page.parameters])
        return [(change, -v * force / (2.0 * w**2.0))]

    def _swinging(
        self, page: Page, functions: Sequence[Value], sine: Value, cosine: Value, quick: Value
    ) -> Value:
        sn, cn, dn = functions
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


def _jacobi(u: Value, m: Value) -> tuple[Value, ...]:
    """Return sn, cn and dn."""
    return tuple(u.apply(f"jacobi_{name}", m) for name in ("sn", "cn", "dn"))


def _safe(u: Value, m: Value) -> tuple[Value, ...]:
    """Return sn, cn and dn; where m is 1, hyperbolic functions, with their slopes by m.

    These are the terms of first order in 1 - m (DLMF 22.10(ii)).
    """
    top = m.apply("eq", 1.0)
    x, quarter = top.apply("select", u, 0.0), top.apply("select", 1.0 - m, 0.0) / 4.0
    tanh, sech = x.apply("tanh"), 1.0 / x.apply("cosh")
    product = x.apply("sinh") * x.apply("cosh")
    at_top = (
        tanh + quarter * (tanh - x * sech * sech),
        sech + quarter * (x - product) * tanh * sech,
        sech + quarter * (x + product) * tanh * sech,
    )
    away = _jacobi(u, top.apply("select", 0.5, m))
    return tuple(top.apply("select", a, b) for a, b in zip(at_top, away, strict=True))
