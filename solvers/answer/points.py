"""Values of a solution at points, read by name: states, definitions, and their derivatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...models.errors import InputError, UnknownNameError, did_you_mean, listing
from ...models.lower import lower_expression
from ...models.model import Model
from ...models.sensitivity import sensitivity_name
from ...models.symbols import Definition
from ...models.tape import Builder, Tape
from ...models.tape.differentiate import accumulate
from ..arrays import Float, StateBatchTime
from ..evaluate import rows_function, system_arguments
from ..problem import InitialValueProblem


@dataclass(frozen=True, eq=False)
class Points:
    """Points of a problem's trajectories.

    Parameters
    ----------
    problem
        What was solved.
    t, y, p
        Times, (point,); states with their sensitivities, (state, point); parameters of each
        point, (parameter, point).
    """

    problem: InitialValueProblem
    t: Float
    y: Float
    p: Float

    @classmethod
    def along(cls, problem: InitialValueProblem, t: Float, y: StateBatchTime) -> Points:
        """Return every point of some trajectories, (state, batch, time), members first."""
        n_states, n_batch, n_time = y.shape
        t, p = np.tile(t, n_batch), np.repeat(problem.p, n_time, axis=1)
        return cls(problem, t, y.reshape(n_states, -1), p)

    def read(self, name: str) -> Float:
        """Return a state or definition, (point,).

        Raises
        ------
        UnknownNameError
            If the model has no such state or definition.
        """
        states = self.problem.states
        return self.y[states.index(name)] if name in states else self._rows(self._formula(name))

    def gradient(self, name: str, by: str) -> Float:
        """Return the derivative of a state or definition by a parameter, (point,).

        Raises
        ------
        UnknownNameError
            If the model has no such state or definition.
        """
        system = self.problem.system
        if name in self.problem.states:
            return self.y[system.states.index(sensitivity_name(name, by))]
        return self._rows(self._chain(self._formula(name), by))

    def _formula(self, name: str) -> Tape:
        model = self.problem.model
        definitions = named_definitions(model)
        if model is None or name not in definitions:
            known = [*self.problem.states, *definitions]
            is_time = name in (self.problem.system.time, "time")
            near = " Times are sol.t." if is_time else did_you_mean(name, known)
            raise UnknownNameError(f"no {name} in this solution; it has {listing(known)}.{near}")
        return lower_expression(model, definitions[name].formula)

    def _rows(self, tape: Tape) -> Float:
        system = self.problem.system
        arguments = system_arguments(system.n_states, system.n_parameters)
        observe = rows_function(widened(self.problem, tape), "observe", arguments)
        return observe(self.t, self.y, self.p)[0]

    def _chain(self, tape: Tape, by: str) -> Tape:
        """Return the derivative of a tape along the sensitivities by one parameter."""
        builder = Builder(self.problem.system.vector_field.inputs)
        seeds = {
            tape.inputs.index(s): {0: builder.input(sensitivity_name(s, by))}
            for s in self.problem.states
        }
        seeds[tape.inputs.index(by)] = {0: builder.constant(1.0)}
        bindings = [builder.input(name) for name in tape.inputs]
        _, partials = accumulate(builder, tape, bindings, seeds)
        return builder.finish(p.get(0, 0.0) for p in partials)


def named_definitions(model: Model | None) -> dict[str, Definition]:
    """Return what a model defines, by name; nothing where there is no model."""
    return {d.name: d for d in model.definitions} if model else {}


def the_model(problem: InitialValueProblem, asked: str) -> Model:
    """Return the model of a problem.

    Raises
    ------
    InputError
        If it was made without one, saying what was asked for.
    """
    if problem.model is None:
        raise InputError(f"{asked}: this solution was made without a model, so it has no names")
    return problem.model


def widened(problem: InitialValueProblem, tape: Tape) -> Tape:
    """Return a tape as one of all inputs of a problem's system, sensitivities included."""
    builder = Builder(problem.system.vector_field.inputs)
    return builder.finish(builder.inline(tape, [builder.input(n) for n in tape.inputs]))
