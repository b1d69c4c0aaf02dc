"""Two equations whose orbit is known: an epidemic, a reaction with its catalyst decaying.

Time does not occur in them, so that dy/dx = (dy/dt)/(dx/dt) is one equation, that of the orbit; on
it x passes by a rate of its own, and time is a quadrature (Kermack and McKendrick 1927,
Proceedings of the Royal Society A 115, 700-721, doi:10.1098/rspa.1927.0118). Where that rate is
smooth x never turns, since it would rest for ever where the rate is zero; other orbits are left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from ..exact.derivation import Claim, Step
from ..exact.first_order.kinds import (
    constant_bernoulli,
    constant_riccati,
    separable,
    variable_bernoulli,
)
from ..exact.motions.passing import Passing, passed
from ..exact.reduction.change import Change
from ..exact.solvable import Block, Solved
from ..notation import Notation, Shown, chain
from ..structure.dependencies import is_autonomous
from ..symbolic.from_start import from_start
from ..symbolic.rational import simplified
from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value
from ..tape.differentiate import derivative

_LONGEST = 60  # operations of both rates
_CHOOSING = frozenset("floor sign abs lt le eq select min max".split())
_PLACES = "q", "s", "q_1"  # on the way, over which the time is added up
_ROOTS = frozenset("sqrt lambertw lambertwm1 asin acos".split())  # whose slope may be endless
_UNTIL = "valid until the states become infinite, if they do"
_KINDS = constant_bernoulli, constant_riccati, variable_bernoulli, separable


@dataclass(frozen=True)
class OrbitClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "two equations whose orbit is known, time being a quadrature"

    @property
    def order(self) -> int:
        """The last: other classes have the state as a function of time."""
        return 28

    def recognise(self, block: Block) -> Orbits | None:
        """Return the system, or None if it is no pair of short equations without time."""
        system = block.system
        nodes = system.vector_field.nodes
        if system.n_states != 2 or not is_autonomous(system) or len(nodes) > _LONGEST:
            return None
        return None if any(n.op in _CHOOSING for n in nodes) else Orbits(block)


SOLVABLE = OrbitClass()


@dataclass(frozen=True)
class Orbits:
    """One such system, seen from either state.

    Parameters
    ----------
    block
        What is asked for.
    """

    block: Block

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution by each state as the one that passes."""
        for passing in (0, 1):
            orbit = _Orbit(self.block, passing)
            for solved in orbit.found():
                if isinstance(solved.formula, Tape) and orbit.never_turns(solved.formula):
                    if orbit.is_quadratic(solved.formula):
                        for known in orbit.known(solved.formula).solutions():
                            yield replace(known, domain=(_UNTIL,))
                    yield orbit.in_time(solved, solved.formula)


@dataclass(frozen=True)
class _Orbit:
    """One state as a function of the way u that the other one has gone, x = x_0 + u."""

    block: Block
    passing: int

    @cached_property
    def letter(self) -> str:
        return self.block.notation.fresh("u", "w", "u_1")

    @cached_property
    def notation(self) -> Notation:
        """How names are written, u counting as time."""
        return replace(self.block.notation, time=self.letter)

    def _rates(self, builder: Builder, u: Value, y: Value) -> tuple[Value, Value, list[Value]]:
        """Return the rates of the passing and of the other state, and the states."""
        system, parameters = self.block.system, [builder.input(n) for n in self._parameters]
        start = builder.inline(system.start, parameters)
        states = [start[self.passing] + u, y]
        states = states if self.passing == 0 else states[::-1]
        time = builder.constant(system.t0)
        rates = builder.inline(system.vector_field, [time, *states, *parameters])
        return rates[self.passing], rates[1 - self.passing], states

    @property
    def _parameters(self) -> tuple[str, ...]:
        return self.block.system.parameters

    @cached_property
    def system(self) -> FirstOrderSystem:
        """The equation of the orbit."""
        system = self.block.system
        other = system.states[1 - self.passing]
        builder = Builder((self.letter, other, *self._parameters))
        by, rate, _ = self._rates(builder, *builder.inputs[:2])
        return replace(
            system, states=(other,), vector_field=simplified(builder.finish([rate / by])),
            start=system.start.select([1 - self.passing]), time=self.letter, t0=0.0, events=(),
        )  # fmt: skip

    def found(self) -> Iterator[Solved]:
        """Yield orbits."""
        part = Block(self.system, self.system, self.notation, self.block.clock)
        for kind in _KINDS:
            recognised = kind(part)
            if recognised is not None:
                yield from recognised.solutions()

    def never_turns(self, orbit: Tape) -> bool:
        """Tell whether the rate of what passes is smooth, so that it is never zero on the way."""
        rate = self.rate(orbit)
        if any(n.op in _ROOTS | _CHOOSING - {"abs", "sign"} for n in rate.nodes):
            return False
        exponents = (rate.nodes[n.args[1]] for n in rate.nodes if n.op == "pow")
        return all(e.op == "const" and e.value.is_integer() for e in exponents)

    def is_quadratic(self, orbit: Tape) -> bool:
        """Tell whether the rate of what passes is quadratic in the place: then it has a formula."""
        bend = simplified(self.rate(orbit))
        for _ in range(3):
            bend = derivative(bend, self.letter)
        whole = simplified(bend)
        node = whole.nodes[whole.outputs[0]]
        return node.op == "const" and node.value == 0.0

    def known(self, orbit: Tape) -> Change:
        """Return the passing state by the way it goes, as an equation of its own."""
        system, notation = self.block.system, self.block.notation
        builder = Builder((system.time, self.letter, *self._parameters))
        rate = simplified(self.rate(orbit))
        (pace,) = builder.inline(rate, [builder.input(n) for n in rate.inputs])
        inner = replace(
            system, states=(self.letter,), vector_field=builder.finish([pace]),
            start=Builder(self._parameters).finish([0.0]), events=(),
        )  # fmt: skip
        states = self.states(orbit)
        back = Builder((system.time, *self._parameters, self.letter))
        values = back.inline(states, [back.input(n) for n in states.inputs])
        told = tuple(
            chain(notation.name(s), notation.answer(states.select([i])))
            for i, s in enumerate(system.states)
        )
        words = "Time does not occur: on its orbit one state moves by an equation of its own"
        return Change(self.block, inner, back.finish(values), words, told)

    def rate(self, orbit: Tape) -> Tape:
        """Return the rate of what passes, from the parameters and u."""
        builder = Builder((*self._parameters, self.letter))
        y = self._on(builder, orbit)
        by, _, _ = self._rates(builder, builder.input(self.letter), y)
        return builder.finish([by])

    def _pace(self, orbit: Tape) -> Tape:
        """Return the time per place, from the parameters and u."""
        builder = Builder((*self._parameters, self.letter))
        return builder.finish([1.0 / builder.inline(self.rate(orbit), builder.inputs)[0]])

    def _on(self, builder: Builder, orbit: Tape) -> Value:
        return builder.inline(orbit, [builder.input(n) for n in orbit.inputs])[0]

    def states(self, orbit: Tape) -> Tape:
        """Return both states, from the parameters and u."""
        builder = Builder((*self._parameters, self.letter))
        _, _, states = self._rates(builder, builder.input(self.letter), self._on(builder, orbit))
        return builder.finish(states)

    def in_time(self, solved: Solved, orbit: Tape) -> Solved:
        """Return the solution in time."""
        system = self.block.system
        safe = from_start(solved.tape, self.letter)
        came = passed(system, self.rate(safe), self.states(safe), self.letter, solved.holds)
        written = Passing(
            system, self.letter, self.states(orbit), self._pace(orbit),
            Builder(self._parameters).finish([0.0]), came.place, self._equations(orbit),
        )  # fmt: skip
        domain = "as far as the time to a place can be integrated"
        return Solved(
            written, came.values, (domain,), tuple(self._steps(solved, written)), came.valid
        )

    def _equations(self, orbit: Tape) -> tuple[Shown, ...]:
        """Return the states by the way that one has gone, and the time by an integral."""
        system, notation = self.block.system, self.block.notation
        states = self.states(orbit)
        rows = [
            chain(notation.in_time(s), notation.answer(states.select([i])))
            for i, s in enumerate(system.states)
        ]
        u, time = notation.name(self.letter), notation.name(system.time)
        q = notation.name(notation.fresh(*_PLACES))
        rate = self._written_at(q).formula(system.vector_field.select([self.passing]))
        text = f"integral(1/({rate.text}), {q.text} = 0..{u.text})"
        latex = rf"\int_0^{{{u.latex}}} \frac{{\mathrm{{d}}{q.latex}}}{{{rate.latex}}}"
        if system.t0:
            text, latex = f"{system.t0:g} + {text}", f"{system.t0:g} + {latex}"
        return (*rows, chain(time, Shown(text, latex)))

    def _written_at(self, place: Shown) -> Notation:
        """Return a notation in which the states are functions of a place: S(q)."""
        notation = self.block.notation
        plain = {s: notation.name(s) for s in self.block.system.states}
        symbols = {s: f"{name.text}({place.text})" for s, name in plain.items()}
        latex = {symbols[s]: f"{name.latex}({place.latex})" for s, name in plain.items()}
        return replace(
            notation,
            symbols={**notation.symbols, **symbols},
            latex_names={**notation.latex_names, **latex},
        )

    def _steps(self, solved: Solved, written: Passing) -> Iterator[Step]:
        """Yield the equation of the orbit, its solution, and how time comes back in."""
        system, notation = self.block.system, self.block.notation
        names = [notation.name(s).text for s in system.states]
        x, y = names[self.passing], names[1 - self.passing]
        builder = Builder((self.letter, system.states[1 - self.passing], *self._parameters))
        by, rate, _ = self._rates(builder, *builder.inputs[:2])
        own = builder.inline(self.system.vector_field, builder.inputs)[0]
        yield Step(
            f"Time does not occur: divide the rates. With {x} = {x}_0 + {self.letter} this is one "
            f"equation for {y}, that of the orbit",
            chain(self.notation.rate(system.states[1 - self.passing]),
                  self.notation.formula(self.system.vector_field)),
            (Claim(builder.formula(own * by), builder.formula(rate)),),
        )  # fmt: skip
        yield from solved.steps
        yield Step(
            f"On the orbit {x} has a rate of its own, which is smooth, so that it never turns: "
            "separate the variables and integrate; the integral is no known function and stays",
            chain(*written.equations, sign=", "), (*written.fulfils(), *written.starts()),
        )  # fmt: skip
