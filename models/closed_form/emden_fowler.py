"""Lane and Emden's equation y'' = -(k/t)*y' - a*y^n of the exponent n = (k + 3)/(k - 1), regular.

With w = t^m*y, m = (k - 1)/2, and the logarithm of t as time, every such equation is autonomous;
for this n there is no damping, w'' = m^2*w - a*w^n, and an energy is conserved. It is zero for the
solutions that are regular in the centre, y = y_c*(1 + c*t^2)^-m (Chandrasekhar 1939, *An
Introduction to the Study of Stellar Structure*, chapter IV, for k = 2).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from ..errors import SpecificationError
from ..exact.derivation import Claim, Step
from ..exact.linear.identity import Identity
from ..exact.motions.conservative import is_second_order
from ..exact.solvable import Block, Solved
from ..exact.workings import fulfilment
from ..notation import Shown, chain
from ..symbolic.bridge import from_sympy, symbols, to_sympy
from ..symbolic.rational import simplified
from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value
from ..tape.differentiate import derivative


@dataclass(frozen=True)
class EmdenFowlerClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "Lane and Emden's equation of the critical exponent, regular in the centre"

    @property
    def order(self) -> int:
        """It needs a little algebra."""
        return 13

    def recognise(self, block: Block) -> EmdenFowler | None:
        """Return the equation, None if it is another or does not begin on a regular solution."""
        system = block.system
        if system.n_states != 2 or not is_second_order(system.vector_field, system.states):
            return None
        parts = _coefficients(system)
        found = None if parts is None else EmdenFowler(block, *parts)
        return found if found is not None and found.is_regular else None


SOLVABLE = EmdenFowlerClass()


def _coefficients(system: FirstOrderSystem) -> tuple[Tape, Tape] | None:
    """Return k and a, from the parameters, where n is (k + 3)/(k - 1)."""
    builder = Builder((system.time, *system.states, *system.parameters))
    time, y, _, *parameters = builder.inputs
    rate = system.vector_field.select([1])

    def free(value: Value) -> Value | None:
        shorter = simplified(builder.finish([value]))
        moving = {system.time, *system.states}
        return None if moving & shorter.used() else builder.inline(shorter, builder.inputs)[0]

    damping = derivative(rate, system.states[1])
    k = free(-time * builder.inline(damping, builder.inputs)[0])
    still = [time, y, builder.constant(0.0), *parameters]
    force = builder.inline(rate, still)[0]
    slope = builder.inline(derivative(rate, system.states[0]), still)[0]
    n = free(y * slope / force)
    unit = [time, builder.constant(1.0), builder.constant(0.0), *parameters]
    a = free(-builder.inline(rate, unit)[0])
    if k is None or n is None or a is None or k.constant == 0:
        return None
    if not Identity(builder).same(n * (k - 1.0), k + 3.0):
        return None
    whole = builder.finish([k, a])
    own = Builder(system.parameters)
    at = own.inline(whole, [1.0, 1.0, 1.0, *own.inputs])
    return own.finish([at[0]]), own.finish([at[1]])


@dataclass(frozen=True)
class EmdenFowler:
    """One such equation.

    Parameters
    ----------
    block
        What is asked for.
    damping, strength
        k and a, from the parameters.
    """

    block: Block
    damping: Tape
    strength: Tape

    @property
    def is_regular(self) -> bool:
        """Whether the energy of the start is zero."""
        builder = Builder(self.block.system.parameters)
        return Identity(builder).is_zero(self._energy(builder))

    def _start(self, builder: Builder) -> tuple[Value, Value, Value, Value, Value]:
        """Return k, a, m and the start values, from the parameters of a builder."""
        parameters = [builder.input(n) for n in self.block.system.parameters]
        (k,) = builder.inline(self.damping, parameters)
        (a,) = builder.inline(self.strength, parameters)
        y, speed = builder.inline(self.block.system.start, parameters)
        return k, a, (k - 1.0) / 2.0, y, speed

    def _energy(self, builder: Builder) -> Value:
        """Return twice the energy of the start, over the time and its power 2*m."""
        k, a, m, y, speed = self._start(builder)
        t0 = self.block.system.t0
        height = a * t0 * y ** ((k + 1.0) / m) / (k + 1.0)
        return 2.0 * m * (y * speed + height) + t0 * speed**2.0

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution."""
        system, notation = self.block.system, self.block.notation
        with suppress(SpecificationError):
            formula = self._formula()
            shown = chain(notation.in_time(system.states[0]), notation.answer(formula.select([0])))
            words = "Of energy zero is the solution that is regular in the centre"
            last = Step(words, shown, fulfilment(system, formula))
            domain = f"valid as far as it is defined, from {system.time} = {system.t0:g} on"
            yield Solved(formula, formula, (domain,), (*self._steps(), last))

    def _formula(self) -> Tape:
        """Return y_c*(1 + c*t^2)^-m and its slope."""
        system, t0 = self.block.system, self.block.system.t0
        inner = Builder(system.parameters)
        k, a, m, y, speed = self._start(inner)
        c = 2.0 * a * m * y ** ((k + 1.0) / m) / ((k + 1.0) * (2.0 * m * y + t0 * speed) ** 2.0)
        centre = y * (1.0 + c * t0**2.0) ** m
        known = symbols(system.parameters)
        short = [e.cancel() for e in to_sympy(inner.finish([centre, c, m]), known)]
        parts = from_sympy(short, known)
        builder = Builder((system.time, *system.parameters))
        time, *parameters = builder.inputs
        centre, c, m = builder.inline(parts, parameters)
        below = 1.0 + c * time**2.0
        root = below.apply("sqrt") if m.constant == 0.5 else below**m
        one = builder.finish([centre / root])
        slope = builder.inline(derivative(one, system.time), builder.inputs)[0]
        return builder.finish([*builder.inline(one, builder.inputs), slope])

    def _steps(self) -> Iterator[Step]:
        """Yield the change of variables, and the energy."""
        system, notation = self.block.system, self.block.notation
        builder = Builder((system.time, *system.states, *system.parameters))
        time, y, speed, *_ = builder.inputs
        k, a, m, _, _ = self._start(builder)
        rate = builder.inline(system.vector_field, builder.inputs)[1]
        w = time**m * y
        pace = time**m * (m * y + time * speed)  # by the logarithm of time
        bend = time**m * (m**2.0 * y + (2.0 * m + 1.0) * time * speed + time**2.0 * rate)
        force = m**2.0 * w - a * w ** ((k + 3.0) / (k - 1.0))
        formula, shown = builder.formula, notation.formula
        yield Step(
            "Take a power of the time out, and its logarithm as time: no damping is left in "
            "w'' = m^2*w - a*w^n", chain(Shown("w", "w"), shown(formula(w))),
            (Claim(formula(bend), formula(force)),),
        )  # fmt: skip
        energy = (
            pace**2.0
            - m**2.0 * w**2.0
            + 2.0 * a * w ** ((2.0 * k + 2.0) / (k - 1.0)) / ((2.0 * k + 2.0) / (k - 1.0))
        )
        change = (
            2.0 * pace * bend
            - 2.0 * w * pace * m**2.0
            + 2.0 * a * pace * w ** ((k + 3.0) / (k - 1.0))
        )
        start = Builder(system.parameters)
        yield Step(
            "Its energy is conserved; it is zero at the start",
            chain(shown(formula(energy / 2.0)), Shown("0", "0")),
            (Claim(formula(change), formula(0.0)),
             Claim(start.formula(self._energy(start)), start.formula(0.0))),
        )  # fmt: skip
