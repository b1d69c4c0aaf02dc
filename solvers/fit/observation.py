"""One observable on the tape: its prediction, its residual, and their derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...models.lower import lower_expression
from ...models.model import Model
from ...models.sensitivity import sensitivity_name
from ...models.tape import Builder, Tape
from ...models.tape.differentiate import Partials, SparseJacobian, accumulate, jacobian
from ...models.tape.saturate import saturated
from ..arrays import Float, ParameterBatch, StateBatchTime
from ..kernels.python import NUMPY, compiled
from .loss import Loss

READING = "reading"


@dataclass(frozen=True)
class Observation:
    """A state or definition that was read, as tapes of time, states, parameters and reading.

    Parameters
    ----------
    model
        Predicts it.
    name
        Of the state or definition.
    loss
        How far a reading lies from a prediction.
    free
        Parameters to differentiate by.
    """

    model: Model
    name: str
    loss: Loss
    free: tuple[str, ...]

    @cached_property
    def prediction(self) -> Tape:
        """The prediction; its last input, the reading, is not used."""
        formula = Builder((self.name,))
        tape = lower_expression(self.model, formula.finish(formula.inputs))
        builder = Builder((*tape.inputs, READING))
        return builder.finish(builder.inline(tape, builder.inputs[:-1]))

    @cached_property
    def residual(self) -> Tape:
        """The residual in the loss's own unit: sd is one."""
        builder = Builder(self.prediction.inputs)
        predicted = builder.inline(self.prediction, builder.inputs)[0]
        outputs = builder.inline(self.loss.tape, [predicted, builder.inputs[-1], 1.0])
        return saturated(builder.finish(outputs[:1]))

    @cached_property
    def linear(self) -> Tape:
        """The residual, then its total derivative by each free parameter.

        The inputs have the sensitivities of the states after the states, ordered as in
        `models.sensitivity.augment`.
        """
        names, states = self.residual.inputs, [s.name for s in self.model.states]
        n = len(states)
        extra = [sensitivity_name(s, p) for p in self.free for s in states]
        builder = Builder((*names[: 1 + n], *extra, *names[1 + n :]))
        seeds: dict[int, Partials] = {
            names.index(p): {j: builder.constant(1.0)} for j, p in enumerate(self.free)
        }
        for i in range(n):
            seeds[1 + i] = {j: builder.input(extra[j * n + i]) for j in range(len(self.free))}
        bindings = [builder.input(name) for name in names]
        values, partials = accumulate(builder, self.residual, bindings, seeds)
        return builder.finish([*values, *(partials[0].get(j, 0.0) for j in range(len(self.free)))])

    @cached_property
    def partials(self) -> SparseJacobian:
        """The derivatives of the residual by each state, then by each free parameter itself."""
        states = [s.name for s in self.model.states]
        return jacobian(self.residual, [*states, *self.free])


def evaluate(tape: Tape, t: Float, y: StateBatchTime, p: ParameterBatch, reading: Float) -> Float:
    """Return a tape's outputs on every trajectory and reading, (output, batch, reading).

    Parameters
    ----------
    tape
        Of time, states, parameters and reading.
    t, reading
        Times and values of the readings, (reading,).
    y
        States at these times, (state, batch, reading).
    p
        Parameters, (parameter, batch).
    """
    arguments = (("t", None), ("y", len(y)), ("p", len(p)), ("reading", None))
    function = compiled(tape, "observe", arguments, NUMPY)
    with np.errstate(all="ignore"):
        outputs = function(t, y, p[:, :, None], reading)
    result = np.empty((len(tape.outputs), *y.shape[1:]))
    for i, output in enumerate(outputs):
        result[i] = output
    return result
