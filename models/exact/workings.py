"""The paper on which a scalar equation is solved: values, their slopes, and steps made of them."""

from __future__ import annotations

from dataclasses import replace

from ..notation import Notation, Shown, chain
from ..symbolic.rational import simplified
from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value
from ..tape.differentiate import derivative
from .derivation import Claim, Step

_LAST = "last factor"  # no name of a model has a space


class Workings:
    """One equation dy/dt = f(t, y, p), y(t0) = start(p), on a tape that grows.

    Parameters
    ----------
    block
        The equation as a system of one state.

    Attributes
    ----------
    y, elapsed, start
        The state, the time since the start, and the start value.
    """

    def __init__(self, block: FirstOrderSystem) -> None:
        self.block, self.state = block, block.states[0]
        self.builder = Builder((block.time, self.state, *block.parameters))
        self.y = self.builder.input(self.state)
        self.elapsed = self.builder.input(block.time) - block.t0
        self.start = self.inline(block.start)

    def inline(self, tape: Tape) -> Value:
        """Return a formula as a value."""
        return self.builder.inline(tape, [self.builder.input(n) for n in tape.inputs])[0]

    def rate(self, value: Value) -> Value:
        """Return the rate of change where the state has a value."""
        return self._put(self.block.vector_field, self.state, value)

    def at_start(self, value: Value) -> Value:
        """Return what a function of time is at the start."""
        return self._put(self.builder.formula(value), self.block.time, self.block.t0)

    def slope(self, value: Value) -> Value:
        """Return the derivative by time."""
        tape = self.builder.formula(value)
        if self.block.time not in tape.inputs:
            return self.builder.constant(0.0)
        return self.inline(derivative(tape, self.block.time))

    def times(self, coefficient: Value, value: Value) -> Value:
        """Return a coefficient, free of time, times a value, simplified, the value written last."""
        builder = Builder((*self.block.parameters, _LAST))
        *parameters, last = builder.inputs
        factor = builder.inline(self.of_parameters(coefficient), parameters)[0]
        return self._put(simplified(builder.finish([factor * last])), _LAST, value)

    def _put(self, tape: Tape, name: str, value: Value | float) -> Value:
        bindings = [value if n == name else self.builder.input(n) for n in tape.inputs]
        return self.builder.inline(tape, bindings)[0]

    def of_parameters(self, value: Value) -> Tape:
        """Return a value free of time and state as a tape over the parameters."""
        return self.builder.finish([value], self.block.parameters)

    def of_time(self, value: Value) -> Tape:
        """Return a value free of the state as a tape over time and parameters."""
        return self.builder.finish([value], (self.block.time, *self.block.parameters))


def fulfilment(system: FirstOrderSystem, formula: Tape) -> tuple[Claim, ...]:
    """Claim that a formula, one output per state, fulfils each equation and each start value.

    Parameters
    ----------
    system
        The equations.
    formula
        From time and the parameters.
    """
    builder = Builder((system.time, *system.parameters))
    values = builder.inline(formula, builder.inputs)
    at = dict(zip((*builder.names, *system.states), (*builder.inputs, *values), strict=True))
    rates = builder.inline(system.vector_field, [at[n] for n in system.vector_field.inputs])
    slopes = builder.inline(derivative(formula, system.time), builder.inputs)
    begun = builder.inline(formula, [builder.constant(system.t0), *builder.inputs[1:]])
    start = builder.inline(system.start, builder.inputs[1:])
    pairs = (*zip(slopes, rates, strict=True), *zip(begun, start, strict=True))
    return tuple(Claim(builder.formula(left), builder.formula(right)) for left, right in pairs)


class Account:
    """Steps of a derivation, told in a system's notation.

    Parameters
    ----------
    workings
        What they are made of.
    notation
        How names are written.
    """

    def __init__(self, workings: Workings, notation: Notation) -> None:
        self.workings, self.notation = workings, notation

    @property
    def begin(self) -> str:
        """When it starts, as t = 0."""
        time = self.notation.name(self.notation.time).text
        return f"{time} = {self.shown(self.workings.block.t0)}"

    def step(self, words: str, left: Shown, right: Value, *claims: tuple[Value, Value]) -> Step:
        """Return a step that leads to an equation.

        Parameters
        ----------
        words
            What is done.
        left, right
            The equation.
        claims
            Pairs of values that agree if the step is right.
        """
        tapes = tuple(self.claim(*pair) for pair in claims)
        return Step(words, chain(left, self.shown(right)), tapes)

    def claim(self, one: Value, other: Value) -> Claim:
        """Return that two values agree."""
        formula = self.workings.builder.formula
        return Claim(formula(one), formula(other))

    def solution(self, words: str, value: Value) -> Step:
        """Return a step whose result fulfils the equation and its start value."""
        w = self.workings
        claims = (w.slope(value), w.rate(value)), (w.at_start(value), w.start)
        step = self.step(words, self.notation.in_time(w.state), value, *claims)
        answer = self.notation.answer(w.builder.formula(value))
        return replace(step, shown=chain(self.notation.in_time(w.state), answer))

    def shown(self, value: Value | float) -> Shown:
        """Return a value in writing."""
        return self.notation.tidy(self.workings.builder.formula(value))

    def given(self, value: Value | float) -> Shown:
        """Return a value in writing as it stands, as a rate that was given."""
        return self.notation.formula(self.workings.builder.formula(value))
