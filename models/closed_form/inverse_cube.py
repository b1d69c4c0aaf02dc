"""Motion under an inverse cube, x'' = k/x^3: the square of the state is a parabola in time.

The centrifugal force does so; (x^2)'' = 2*(v^2 + k/x^2) is twice the conserved energy (Landau and
Lifshitz 1976, *Mechanics*, section 15).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..exact.motions.conservative import Motion, Page, energy, motion
from ..exact.solvable import Block, Solved
from ..tape import Builder, Tape, Value
from ..tape.differentiate import derivative


@dataclass(frozen=True)
class InverseCubeClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "motion under an inverse cube, x'' = k/x^3"

    @property
    def order(self) -> int:
        """It needs a little algebra."""
        return 13

    def recognise(self, block: Block) -> InverseCube | None:
        """Return the equation, None if the force is another."""
        found = motion(block)
        strength = found.strength(3.0) if found else None
        return InverseCube(found, strength) if found and strength else None


SOLVABLE = InverseCubeClass()


@dataclass(frozen=True)
class InverseCube:
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
        page = self.found.page()
        k, x, v, time = page.put(self.strength), page.start, page.speed, page.elapsed
        square = (x + v * time) ** 2.0 + k * time**2.0 / x**2.0
        side = x.apply("sign") if x.constant is None else (1.0 if x.constant > 0 else -1.0)
        steps = [
            *energy(self.found, self._potential()),
            page.step(
                "The second derivative of the square of the state is four times the energy, so "
                "that it is a parabola", "x^2", square, *self._twice(page, k, square),
            ),
        ]  # fmt: skip
        shown = self.found.block.notation.formula(page.builder.formula(square)).text
        yield page.solved(
            side * square.apply("sqrt"), steps, f"valid while {shown} > 0", square > 0.0
        )

    def _twice(self, page: Page, k: Value, square: Value) -> list[tuple[Value, Value]]:
        """Return that the parabola has the right second derivative."""
        system = self.found.system
        slope = derivative(page.builder.finish([square]), system.time)
        (second,) = page.builder.inline(derivative(slope, system.time), page.builder.inputs)
        return [(second, 2.0 * page.speed**2.0 + 2.0 * k / page.start**2.0)]

    def _potential(self) -> Tape:
        system = self.found.system
        builder = Builder((system.states[0], *system.parameters))
        x, *parameters = builder.inputs
        (k,) = builder.inline(self.strength, parameters)
        return builder.finish([k / (2.0 * x**2.0)])
