"""Linear systems whose matrix only grows or shrinks in time: constant in a time of their own.

dy/dt = g(t)*A*y + b(t) is one with constant coefficients in s, the integral of g (Euler-Cauchy
equations with g = 1/t: Boyce and DiPrima 2012, *Elementary Differential Equations*, section 5.4);
for equations of higher order the derivatives are taken times powers of t.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import listing
from ..exact.derivation import Claim, Step
from ..exact.linear.affine import ELAPSED, Affine, varying
from ..exact.linear.identity import Identity
from ..exact.linear.own_time import Brought, Rule, replayed, with_powers
from ..exact.solvable import Block, Solved, Written
from ..exact.workings import fulfilment
from ..notation import Shown, chain, telling
from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value
from ..tape.differentiate import derivative

_POWERS = (-1, 1, 2, -2, 3)  # of time, that a matrix may be in proportion to


@dataclass(frozen=True)
class RescaledClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "linear equations of Euler and Cauchy, and others constant in a time of their own"

    @property
    def order(self) -> int:
        """After those with constant coefficients."""
        return 9

    def recognise(self, block: Block) -> Rescaled | None:
        """Return the system with the power of time it goes with, None if there is none."""
        system = varying(block.system)
        if system is None:
            return None
        for power in _POWERS:
            found = _scaling(block, system, power)
            if found is not None:
                return found
        return None


SOLVABLE = RescaledClass()


def _scaling(block: Block, system: Affine, power: int) -> Rescaled | None:
    """Return the scaling if the matrix is in proportion to a power of time."""
    raised = tuple(_primes(s) if power == -1 else 0 for s in block.system.states)
    if power == -1 and block.system.t0 <= 0:
        return None
    scaled = Rescaled(block, system, power, raised)
    return scaled if scaled.is_constant() else None


def _primes(state: str) -> int:
    return len(state) - len(state.rstrip("'"))


@dataclass(frozen=True)
class Rescaled:
    """One such system.

    Parameters
    ----------
    block
        What is asked for.
    system
        Its coefficients.
    power
        g is that power of time.
    raised
        For each state the power of time it is taken times.
    """

    block: Block
    system: Affine
    power: int
    raised: tuple[int, ...]

    def is_constant(self) -> bool:
        """Tell whether the matrix has no time in it once this is done."""
        places = self.system.matrix.items()
        return all(self._settled(v, self._shift(i) - self.raised[j]) for (i, j), v in places)

    def _shift(self, row: int) -> int:
        """Return the power of time by which a rate is multiplied."""
        return self.raised[row] - self.power

    def _settled(self, value: Value, shift: int) -> bool:
        """Tell whether a function of time, times a power of it, is constant."""
        builder = Builder(self.system.system.parameters)
        moments = [self._at(builder, value, shift, builder.constant(t)) for t in (0.75, 1.25)]
        return Identity(builder).same(*moments)

    def _at(self, builder: Builder, value: Value, shift: int, time: Value) -> Value:
        """Return a function of time, times a power of it, at a time."""
        names = self.system.system.parameters
        tape = self.system.builder.finish([value], (ELAPSED, *names))
        inputs = [time - self.system.system.t0, *map(builder.input, names)]
        return builder.inline(tape, inputs)[0] * time**shift

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution of the system in its own time, brought back."""
        inner = self._inner()
        found = None if inner is None else self.block.again(inner)
        if found is None or inner is None:
            return
        tape, formula = self._outer(found.tape), found.formula
        if self.block.system.n_states == 1 and not isinstance(formula, Tape):
            return  # an integrating factor solves it in the time that is given
        back: Tape | Written = (
            self._outer(formula)
            if isinstance(formula, Tape)
            else Brought(formula, self.block.system, inner, self._own(), self.raised)
        )
        time = self.block.notation.time
        domain = (f"valid for {time} > 0",) if self.power < 0 else (f"valid for all {time}",)
        yield Solved(back, tape, domain, self._steps(inner, found, back), self._holds())

    def _holds(self) -> Tape | None:
        if self.power >= 0:
            return None
        builder = Builder((self.block.system.time, *self.block.system.parameters))
        return builder.finish([0.0 < builder.inputs[0]])

    def _own(self) -> Tape:
        """Return s, the integral of g from t0, as a formula of time."""
        system = self.block.system
        builder = Builder((system.time,))
        time, t0 = builder.inputs[0], system.t0
        if self.power == -1:
            return builder.finish([(time / t0).apply("log")])
        p = self.power + 1
        return builder.finish([(time**p - t0**p) / p])

    def _inner(self) -> FirstOrderSystem | None:
        """Return the system in s, of states times powers of time; None if time is left in it."""
        system, name = self.block.system, self.block.notation.fresh("s", "u", "w")
        builder = Builder((name, *system.states, *system.parameters))
        one = builder.constant(1.0)
        rates: list[Value] = []
        for i, state in enumerate(system.states):
            rate = self.raised[i] * builder.input(state)
            for j, other in enumerate(system.states):
                if (i, j) in self.system.matrix:
                    shift = self._shift(i) - self.raised[j]
                    entry = self._at(builder, self.system.matrix[i, j], shift, one)
                    rate = rate + entry * builder.input(other)
            source = self._source(builder, i, builder.input(name))
            if source is None:
                return None
            rates.append(rate + source)
        start = Builder(system.parameters)
        begun = start.inline(system.start, start.inputs)
        starts = [v * system.t0**k for v, k in zip(begun, self.raised, strict=True)]
        return FirstOrderSystem(
            system.states, system.parameters, builder.finish(rates), start.finish(starts), name
        )

    def _source(self, builder: Builder, row: int, own: Value) -> Value | None:
        """Return the input of a state as a function of s."""
        value, shift = self.system.source[row], self._shift(row)
        if self._settled(value, shift):
            return self._at(builder, value, shift, builder.constant(1.0))
        if self.power != -1:
            return None
        t0 = self.block.system.t0
        field = self.block.system.vector_field.select([row])
        time = t0 * own.apply("exp")
        zeros = [builder.constant(0.0)] * len(self.raised)
        inputs = [time, *zeros, *map(builder.input, self.block.system.parameters)]
        whole = replayed(builder, field, inputs, Rule("log", time.number, own + math.log(t0)))
        return whole * time**shift

    def _outer(self, tape: Tape) -> Tape:
        system = self.block.system
        builder = Builder((system.time, *system.parameters))
        own = builder.inline(self._own(), builder.inputs[:1])[0]
        time = builder.inputs[0]
        inputs = [own, *builder.inputs[1:]]
        if self.power == -1:
            values = with_powers(builder, tape, inputs, time / system.t0, own)
        else:
            values = builder.inline(tape, inputs)
        return builder.finish(v / time**k for v, k in zip(values, self.raised, strict=True))

    def _steps(
        self, inner: FirstOrderSystem, found: Solved, formula: Tape | Written
    ) -> tuple[Step, ...]:
        notation = self.block.notation
        own = Shown(inner.time, inner.time)
        words = "In a time of its own the system has constant coefficients: substitute"
        if any(self.raised):
            words = f"Euler and Cauchy's equation: {self._raised()} it has constant coefficients in"
        first = Step(words, chain(own, notation.formula(self._own())), (self._claim(),))
        shown = formula.shown(notation) if isinstance(formula, Written) else self._shown(formula)
        named = isinstance(formula, Written)
        claims = () if named else fulfilment(self.block.system, formula)
        words = f"Put in what {inner.time} is"
        last = Step(words, chain(*shown, sign=", "), claims, solution=named)
        return (first, *found.steps, last)

    def _raised(self) -> str:
        """Say which states are taken times powers of time."""
        time = self.block.notation.name(self.block.notation.time).text
        pairs = zip(self.block.system.states, self.raised, strict=True)
        taken = [f"{time if k == 1 else f'{time}^{k}'}*{s} for {s}" for s, k in pairs if k]
        return f"with {listing(taken)}"

    def _claim(self) -> Claim:
        """Claim that s grows with the power of time it is said to."""
        builder = Builder((self.block.system.time,))
        slope = derivative(self._own(), self.block.system.time)
        return Claim(slope, builder.finish([builder.inputs[0] ** self.power]))

    def _shown(self, formula: Tape) -> tuple[Shown, ...]:
        notation, states = self.block.notation, self.block.system.states
        return tuple(
            chain(notation.in_time(states[i]), notation.answer(formula.select([i])))
            for i in telling(states)
        )
