"""Riccati's equation by a linear one of second order whose solutions have a name.

With y = -u'/(p*u) the equation dy/dt = p*y^2 + q*y + r becomes u'' = (q + p'/p)*u' - p*r*u; so
dy/dt = t - y^2 leads to Airy's functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce

from ..exact.derivation import Step
from ..exact.linear.named import by_name
from ..exact.solvable import Block, Solved
from ..exact.workings import Account, Workings
from ..symbolic.rational import simplified
from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value
from ..tape.composed.special import special_names
from ..tape.differentiate import derivative


@dataclass(frozen=True)
class RiccatiNamedClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "Riccati's equation, by a linear one of second order"

    @property
    def order(self) -> int:
        """After those whose linear equation has elementary solutions."""
        return 23

    def recognise(self, block: Block) -> RiccatiNamed | None:
        """Return the equation, None if it is not quadratic in the state."""
        system = block.system
        if system.n_states != 1 or any(n.op in _CHOOSING for n in system.vector_field.nodes):
            return None
        field, state = system.vector_field, system.states[0]
        first = derivative(field, state)
        second = derivative(first, state)
        if state in second.used():
            return None
        parts = [simplified(_without(tape, system)) for tape in (second, first, field)]
        is_square = not _is_zero(parts[0])
        varies = any(system.time in part.used() for part in parts)
        return RiccatiNamed(block, *parts) if is_square and varies else None


SOLVABLE = RiccatiNamedClass()
LOOKS = 12  # at a function that may oscillate, between the start and where it is asked for
_STEADY = frozenset({"besseli", "besselk"})
_CHOOSING = frozenset("floor sign lt le eq select min max abs".split())


def _is_zero(tape: Tape) -> bool:
    node = tape.nodes[tape.outputs[0]]
    return node.op == "const" and node.value == 0


def _without(tape: Tape, system: FirstOrderSystem) -> Tape:
    """Return a tape where the state is zero, from time and parameters."""
    builder = Builder((system.time, *system.parameters))
    at = dict(zip(builder.names, builder.inputs, strict=True))
    zero = builder.constant(0.0)
    return builder.finish(builder.inline(tape, [at.get(n, zero) for n in tape.inputs]))


@dataclass(frozen=True)
class RiccatiNamed:
    """One such equation.

    Parameters
    ----------
    block
        What is asked for.
    twice
        Twice the coefficient p of the square.
    linear, free
        The coefficients q and r.
    """

    block: Block
    twice: Tape
    linear: Tape
    free: Tape

    def solutions(self) -> Iterator[Solved]:
        """Yield the solutions, if the linear equation has some with a name."""
        system = self._second_order()
        linear = by_name(replace(self.block, system=system, closure=system))
        for solved in linear.solutions() if linear else ():
            if isinstance(solved.formula, Tape):
                yield self._solved(solved, solved.formula)

    def _coefficients(self, builder: Builder) -> tuple[Value, Value, Value]:
        p, q, r = (
            builder.inline(tape, builder.inputs)[0] for tape in (self.twice, self.linear, self.free)
        )
        return p / 2.0, q, r

    def _second_order(self) -> FirstOrderSystem:
        """Return u'' = (q + p'/p)*u' - p*r*u with u = 1 and u' = -p*y at the start."""
        system = self.block.system
        plain = Builder((system.time, *system.parameters))
        p, q, r = self._coefficients(plain)
        half = plain.finish([p])
        (slope,) = plain.inline(derivative(half, system.time), plain.inputs)
        parts = [simplified(plain.finish([v])) for v in (q + slope / p, -p * r)]
        u, rate = self._names()
        builder = Builder((system.time, u, rate, *system.parameters))
        time, value, speed, *parameters = builder.inputs
        a, b = (builder.inline(part, [time, *parameters])[0] for part in parts)
        field = builder.finish([speed, a * speed + b * value])
        start = Builder(system.parameters)
        (y,) = start.inline(system.start, start.inputs)
        (begun,) = start.inline(half, [start.constant(system.t0), *start.inputs])
        return replace(
            system, states=(u, rate), vector_field=field, start=start.finish([1.0, -begun * y])
        )

    def _positive_so_far(self, builder: Builder, u: Tape) -> Value:
        """Return that u has kept the sign it starts with, looked at in the midst as well.

        It oscillates where it has more than one zero, and is above zero again after the second;
        but then not everywhere. Modified Bessel functions have one zero at most.
        """
        time, *parameters = builder.inputs
        begin = builder.constant(self.block.system.t0)
        looks = 1 if {*special_names(u)} <= _STEADY else LOOKS
        parts = [begin + (k / looks) * (time - begin) for k in range(1, looks)]
        values = [builder.inline(u, [at, *parameters])[0] for at in (*parts, time)]
        return reduce(lambda some, one: some & one, [value > 0.0 for value in values])

    def _names(self) -> tuple[str, str]:
        u = self.block.notation.fresh("u", "w", "q")
        return u, f"{u}'"

    def _solved(self, solved: Solved, formula: Tape) -> Solved:
        w, notation = Workings(self.block.system), self.block.notation
        account = Account(w, notation)
        builder = w.builder
        here = [builder.input(w.block.time), *map(builder.input, w.block.parameters)]
        u, speed = builder.inline(formula, here)
        p, q, r = (builder.inline(tape, here)[0] for tape in (self.twice, self.linear, self.free))
        p = p / 2.0
        y = -speed / (p * u)
        name, rate = self._names()
        substituted = -builder.input(rate) / (p * builder.input(name))
        square = p * w.y**2.0 + q * w.y + r
        first = account.step(
            "This is Riccati's equation, quadratic in the state",
            notation.rate(w.state), w.rate(w.y), (w.rate(w.y), square),
        )  # fmt: skip
        second = account.step(
            f"Substitute; {name}, which is 1 at the start, fulfils a linear equation of second "
            "order", notation.name(w.state), substituted,
            (w.at_start(u), builder.value(1.0)), (w.slope(u), speed),
            (-w.at_start(speed / p), w.start),
        )  # fmt: skip
        last = account.solution("Go back to the state", y)
        valid = Builder((w.block.time, *w.block.parameters))
        condition = self._positive_so_far(valid, formula.select([0]))
        if solved.holds is not None:
            condition = condition & valid.inline(solved.holds, valid.inputs)[0]
        ends = f"valid until {notation.formula(formula.select([0])).text} = 0"
        domain = (*solved.domain, ends)
        steps: tuple[Step, ...] = (first, second, *solved.steps, last)
        tape = w.of_time(y)
        return Solved(tape, tape, domain, steps, valid.finish([condition]))
