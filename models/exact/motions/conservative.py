"""Motion in a potential, x'' = f(x): recognised, and what all its derivations begin with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...notation import Shown, chain
from ...symbolic.rational import simplified
from ...system import FirstOrderSystem
from ...tape import Builder, Tape, Value
from ...tape.differentiate import derivative
from ..derivation import Claim, Step
from ..solvable import Block, Solved
from ..workings import fulfilment

_CHOOSING = frozenset("floor sign lt le eq select min max abs".split())


def is_second_order(field: Tape, states: Sequence[str]) -> bool:
    """Tell whether two rates are those of one equation: the first state's is the second state."""
    return field.outputs[0] == field.inputs.index(states[1])


@dataclass(frozen=True)
class Motion:
    """One equation x'' = f(x).

    Parameters
    ----------
    block
        What is asked for.
    force
        f, from the state and the parameters.
    """

    block: Block
    force: Tape

    @property
    def system(self) -> FirstOrderSystem:
        """The equation."""
        return self.block.system

    def at(self, tape: Tape, x: float) -> Tape:
        """Return a function of the state and parameters where the state is a number."""
        builder = Builder(self.system.parameters)
        return builder.finish(builder.inline(tape, [builder.constant(x), *builder.inputs]))

    def derivative(self, tape: Tape) -> Tape:
        """Return the derivative by the state."""
        return derivative(tape, self.system.states[0])

    def is_free(self, tape: Tape) -> bool:
        """Tell whether a function is free of the state."""
        return self.system.states[0] not in tape.used()

    def strength(self, power: float) -> Tape | None:
        """Return k of the force k/x^power, from the parameters; None if the force is another."""
        builder = Builder((self.system.states[0], *self.system.parameters))
        (force,) = builder.inline(self.force, builder.inputs)
        k = simplified(builder.finish([force * builder.inputs[0] ** power]))
        return self.at(k, 1.0) if self.is_free(k) else None

    def page(self) -> Page:
        """Return a new page to write the solution on."""
        builder = Builder((self.system.time, *self.system.parameters))
        time, *parameters = builder.inputs
        start, speed = builder.inline(self.system.start, parameters)
        return Page(self, builder, time - self.system.t0, tuple(parameters), start, speed)


@dataclass(frozen=True)
class Page:
    """Where the solution of one motion is written.

    Parameters
    ----------
    motion
        The equation.
    builder
        From time and parameters.
    elapsed, parameters, start, speed
        Time since the start, the parameters, and the start values of the state and its slope.
    """

    motion: Motion
    builder: Builder
    elapsed: Value
    parameters: tuple[Value, ...]
    start: Value
    speed: Value

    def put(self, tape: Tape) -> Value:
        """Return a formula of the parameters."""
        return self.builder.inline(tape, self.parameters)[0]

    def solved(
        self, x: Value, steps: Sequence[Step], domain: str, holds: Value | None = None,
        safe: Value | None = None,
    ) -> Solved:  # fmt: skip
        """Return the solution, its speed being its derivative.

        Parameters
        ----------
        x
            The state, from time and parameters.
        steps
            How it was found; the last one, that it fulfils the equation, is added.
        domain, holds
            Where it is valid, in words and as a condition.
        safe
            The state once more, in a form that is safe in floating point.
        """
        system, notation = self.motion.system, self.motion.block.notation
        formula, tape = (self._with_speed(v) for v in (x, x if safe is None else safe))
        last = Step(
            "The start values determine the rest",
            chain(notation.in_time(system.states[0]), notation.answer(formula.select([0]))),
            fulfilment(system, formula),
        )
        condition = None if holds is None else self.builder.finish([holds], self._names)
        return Solved(formula, tape, (domain,), (*steps, last), condition)

    @property
    def _names(self) -> tuple[str, ...]:
        return (self.motion.system.time, *self.motion.system.parameters)

    def _with_speed(self, x: Value) -> Tape:
        one = self.builder.finish([x], self._names)
        (slope,) = self.builder.inline(
            derivative(one, self.motion.system.time), self.builder.inputs
        )
        return self.builder.finish([x, slope], self._names)

    def step(self, words: str, left: str, right: Value, *claims: tuple[Value, Value]) -> Step:
        """Return a step that gives something a letter."""
        formula = self.builder.formula
        tapes = tuple(Claim(formula(a), formula(b)) for a, b in claims)
        shown = self.motion.block.notation.formula(formula(right))
        return Step(words, chain(Shown(left, left), shown), tapes)


def motion(block: Block) -> Motion | None:
    """Return a block as motion in a potential, None if it is something else."""
    system = block.system
    field = system.vector_field
    if system.n_states != 2 or not is_second_order(field, system.states):
        return None
    if {system.time, system.states[1]} & field.select([1]).used():
        return None
    if any(n.op in _CHOOSING for n in field.nodes):
        return None
    builder = Builder((system.states[0], *system.parameters))
    known = dict(zip(builder.names, builder.inputs, strict=True))
    zero = builder.constant(0.0)
    bindings = [known.get(n, zero) for n in field.inputs]
    return Motion(block, builder.finish([builder.inline(field, bindings)[1]]))


def energy(moved: Motion, potential: Tape) -> Iterator[Step]:
    """Yield that energy is conserved, and what it is.

    Parameters
    ----------
    moved
        The equation.
    potential
        Minus the integral of the force, from the state and the parameters.
    """
    system, notation = moved.system, moved.block.notation
    builder = Builder((*system.states, *system.parameters))
    x, v, *parameters = builder.inputs
    (force,) = builder.inline(moved.force, [x, *parameters])
    (height,) = builder.inline(potential, [x, *parameters])
    (slope,) = builder.inline(moved.derivative(potential), [x, *parameters])
    whole = v**2.0 / 2.0 + height
    shown = notation.formula(builder.formula(force))
    yield Step(
        "The force depends on the state alone", chain(notation.rate(system.states[1]), shown),
        (Claim(builder.formula(force), builder.formula(-slope)),),
    )  # fmt: skip
    begun = Builder(system.parameters)
    at_start = begun.inline(
        builder.finish([whole]),
        [*begun.inline(system.start, begun.inputs), *begun.inputs],
    )[0]
    change = Claim(builder.formula(v * force + v * slope), builder.formula(0.0))
    yield Step(
        "Multiply by the velocity and integrate: the energy stays what it is at the start",
        chain(notation.formula(builder.formula(whole)), notation.formula(begun.formula(at_start))),
        (change,),
    )
