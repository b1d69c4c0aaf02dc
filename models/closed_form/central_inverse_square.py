"""Motion about a centre under an inverse square, q'' = -m*q/|q|^3: planets, comets, charges.

Kepler's problem in a plane or in space, with place and velocity at the start put in, so that no
elements of an orbit are needed and ellipse, parabola and hyperbola are one formula (Battin 1999,
*An Introduction to the Mathematics and Methods of Astrodynamics*, section 4.5). In a time of its
own the distance is an oscillation (`tape.composed.centre`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import add
from typing import NamedTuple

from ..errors import listing
from ..exact.derivation import Claim, Step
from ..exact.linear.identity import Identity
from ..exact.motions.parametric import Parametric
from ..exact.solvable import Block, Solved
from ..notation import Shown, chain
from ..symbolic.rational import simplified
from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value
from ..tape.composed.centre import turn

_LONGEST = 80  # operations of rates that are looked at


@dataclass(frozen=True)
class CentralInverseSquareClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "motion about a centre under an inverse square, q'' = -m*q/|q|^3 (Kepler's problem)"

    @property
    def order(self) -> int:
        """It is told from the tape; the strength is simplified."""
        return 12

    def recognise(self, block: Block) -> CentralInverseSquare | None:
        """Return the motion, None if there are not two or three places, or the force is another."""
        system = block.system
        pairs = _pairs(system)
        if 2 * len(pairs) != system.n_states or len(pairs) not in {2, 3}:
            return None
        strength = _strength(system, pairs)
        return CentralInverseSquare(block, pairs, strength) if strength else None


SOLVABLE = CentralInverseSquareClass()


def _pairs(system: FirstOrderSystem) -> tuple[tuple[int, int], ...]:
    """Return the positions of each place and its velocity among the states."""
    field = system.vector_field
    if len(field.nodes) > _LONGEST:
        return ()
    states = [field.inputs.index(s) for s in system.states]
    return tuple((i, states.index(o)) for i, o in enumerate(field.outputs) if o in states)


def _strength(system: FirstOrderSystem, pairs: Sequence[tuple[int, int]]) -> Tape | None:
    """Return m, from the parameters; None if the force is another."""
    builder = Builder((system.time, *system.states, *system.parameters))
    rates = builder.inline(system.vector_field, builder.inputs)
    q = [builder.input(system.states[i]) for i, _ in pairs]
    pulls = [rates[j] for _, j in pairs]
    cube = _square(q) ** 1.5
    identity = Identity(builder)
    if not all(identity.same(p * q[0], pulls[0] * at) for p, at in zip(pulls, q, strict=True)):
        return None
    there = {s: 0.0 for s in system.states} | {system.states[pairs[0][0]]: 1.0}
    (pull,) = builder.inline(
        system.vector_field.select([pairs[0][1]]),
        [there.get(n, builder.input(n)) for n in system.vector_field.inputs],
    )
    if not identity.same(pulls[0] * cube, pull * q[0]):
        return None
    m = simplified(builder.finish([-pull]))
    if not {system.time, *system.states}.isdisjoint(m.used()):
        return None
    own = Builder(system.parameters)
    known = dict(zip(own.names, own.inputs, strict=True))
    return own.finish(own.inline(m, [known.get(n, own.constant(0.0)) for n in m.inputs]))


def _product(one: Sequence[Value], other: Sequence[Value]) -> Value:
    return reduce(add, (a * b for a, b in zip(one, other, strict=True)))


def _square(values: Sequence[Value]) -> Value:
    return reduce(add, (v**2.0 for v in values))


class _Start(NamedTuple):
    """What an orbit is made of, from the parameters: strength, place and velocity at the start."""

    m: Value
    place: list[Value]
    velocity: list[Value]

    @property
    def speed(self) -> Value:
        """The square of the velocity."""
        return _square(self.velocity)

    @property
    def drift(self) -> Value:
        """The distance times its slope."""
        return _product(self.place, self.velocity)


@dataclass(frozen=True)
class CentralInverseSquare:
    """One such motion.

    Parameters
    ----------
    block
        What is asked for.
    pairs
        The positions of each place and its velocity among the states.
    strength
        m, from the parameters.
    """

    block: Block
    pairs: tuple[tuple[int, int], ...]
    strength: Tape

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution."""
        system = self.block.system
        builder = Builder((system.time, *system.parameters))
        time, *parameters = builder.inputs
        start = self._start(builder, parameters)
        come = turn(start.m, start.place, start.velocity, time - system.t0)
        states = self._states(start, come.place, come.velocity)
        written = Parametric(
            system, self._letter, self._curve, builder.finish([come.s]), self._equations
        )
        holds = builder.finish([come.valid & ((start.m < 0.0) | (start.m > 0.0))])
        domain = "valid until it meets the centre, if it does"
        yield Solved(
            written, builder.finish(states), (domain,), tuple(self._steps(written)), holds, True
        )

    def _start(self, builder: Builder, parameters: Sequence[Value]) -> _Start:
        begun = builder.inline(self.block.system.start, parameters)
        (m,) = builder.inline(self.strength, parameters)
        return _Start(m, [begun[i] for i, _ in self.pairs], [begun[j] for _, j in self.pairs])

    def _states(
        self, start: _Start, place: tuple[Value, Value], velocity: tuple[Value, Value]
    ) -> list[Value]:
        """Return every state, in the order of the system."""
        found: dict[int, Value] = {}
        for (i, j), q, v in zip(self.pairs, start.place, start.velocity, strict=True):
            found[i] = place[0] * q + place[1] * v
            found[j] = velocity[0] * q + velocity[1] * v
        return [found[i] for i in range(len(found))]

    @cached_property
    def _letter(self) -> str:
        return self.block.notation.fresh("s", "sigma", "s_1")

    @cached_property
    def _curve(self) -> Tape:
        """The time since the start, and the states, from the parameters and s."""
        builder = Builder((*self.block.system.parameters, self._letter))
        *parameters, s = builder.inputs
        start = self._start(builder, parameters)
        m, r0 = start.m, _square(start.place).apply("sqrt")
        square = 2.0 * m / r0 - start.speed
        w = abs(square).apply("sqrt")
        cosine, sine = (
            (square > 0.0).apply("select", (w * s).apply(a), (w * s).apply(b))
            for a, b in (("cos", "cosh"), ("sin", "sinh"))
        )
        sine, bend = sine / w, (1.0 - cosine) / square
        r = r0 * cosine + start.drift * sine + m * bend
        g = r0 * sine + start.drift * bend
        states = self._states(
            start, (1.0 - m * bend / r0, g), (-m * sine / (r * r0), 1.0 - m * bend / r)
        )
        return builder.finish([g + m * (s - sine) / square, *states])

    # ---- in writing ------------------------------------------------------------------------

    @cached_property
    def _letters(self) -> tuple[str, ...]:
        wanted = ("f", "f_1"), ("g", "g_1"), ("r_0", "R_0"), ("d", "d_1"), ("C", "C_1")
        wanted = *wanted, ("S", "S_1"), ("w", "w_1")
        return tuple(self.block.notation.fresh(*names) for names in wanted)

    @cached_property
    def _equations(self) -> tuple[Shown, ...]:
        """The solution in writing: q = f*q_0 + g*v_0, what f and g are, and the time."""
        notation, system = self.block.notation, self.block.system
        builder = Builder((*system.parameters, self._letter, *self._letters))
        s, f, g, r0, d, c, sine, w = builder.inputs[len(system.parameters) :]
        start = self._start(builder, builder.inputs[: len(system.parameters)])

        def row(name: Shown, value: Value) -> Shown:
            return chain(name, notation.answer(builder.formula(value)))

        places = (
            row(notation.in_time(system.states[i]), f * q + g * v)
            for (i, _), q, v in zip(self.pairs, start.place, start.velocity, strict=True)
        )
        values = (
            1.0 - start.m * (1.0 - c) / (r0 * w**2.0), r0 * sine + d * (1.0 - c) / w**2.0,
            _square(start.place).apply("sqrt"), start.drift,
            (w * s).apply("cos"), (w * s).apply("sin") / w,
        )  # fmt: skip
        meant = (row(notation.name(n), v) for n, v in zip(self._letters[:-1], values, strict=True))
        time = system.t0 + g + start.m * (s - sine) / w**2.0
        square = row(notation.formula(builder.formula(w**2.0)), 2.0 * start.m / r0 - start.speed)
        return (*places, *meant, row(notation.name(notation.time), time), square)

    def _steps(self, written: Parametric) -> Iterator[Step]:
        system, notation = self.block.system, self.block.notation
        yield from self._conserved()
        places = listing(system.states[i] for i, _ in self.pairs)
        time, s, w = notation.name(notation.time).text, self._letter, self._letters[-1]
        yield Step(
            f"In a time of its own, d{time} = r*d{s}, the distance r from the centre swings about "
            f"a mean, by cos and sin, or by cosh and sinh where {w}^2 is negative; {places} stay "
            f"combinations of place and velocity at the start, and {time} is the integral of r",
            chain(*written.equations, sign=", "), written.fulfils(),
        )  # fmt: skip

    def _conserved(self) -> Iterator[Step]:
        """Yield that energy and angular momentum stay what they are."""
        system, notation = self.block.system, self.block.notation
        builder = Builder((*system.states, *system.parameters))
        n = system.n_states
        q, v = ([builder.inputs[k[side]] for k in self.pairs] for side in (0, 1))
        (m,) = builder.inline(self.strength, builder.inputs[n:])
        distance = _square(q).apply("sqrt")
        pulls = [-m * place / distance**3.0 for place in q]
        zero = builder.formula(0.0)

        def step(words: str, value: Value, *changes: Value) -> Step:
            claims = tuple(Claim(builder.formula(change), zero) for change in changes)
            return Step(words, notation.formula(builder.formula(value)), claims)

        yield step(
            "The force points to the centre and falls with the square of the distance: "
            "the energy stays what it is at the start",
            _square(v) / 2.0 - m / distance,
            _product(v, pulls) + m * _product(q, v) / distance**3.0,
        )
        yield step(
            "A force that points to the centre does not turn: the line to it sweeps equal areas in "
            "equal times, and the motion stays in its plane",
            q[0] * v[1] - q[1] * v[0],
            *(q[0] * p - at * pulls[0] for at, p in zip(q[1:], pulls[1:], strict=True)),
        )
