"""The way back over one step on the tape: how a loss changes with where the step began.

The loss is differentiated as it was computed, by the steps that were taken: the discrete adjoint.
Lengths of steps count as given (Hager 2000, Numerische Mathematik 87:247-282,
doi:10.1007/s002110000178, for Runge-Kutta methods).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...models.system import FirstOrderSystem
from ...models.tape import Tape, Value
from ...models.tape.pullback import pull_back
from ...models.tape.saturate import saturated
from .program import Arguments, Integrator, Program, inputs, slope, vector


@dataclass(frozen=True, eq=False)
class Reverse:
    """What a loop backward over steps calls.

    Parameters
    ----------
    step
        (t, h, limit, y, p, lam, by_k), where lam and by_k are the slopes of the loss by the new
        state and by the kept vectors, to the new state and the kept vectors, and then to the
        slopes of the loss by y and by p: 2 n + n_kept n + m outputs.
    seed
        (time, theta, h, y, z, k, p, reading, weight) of an output within a step to the slopes of
        its weighted terms by y, by z, by the kept vectors and by p: the same number.
    """

    step: Program
    seed: Program


def reverse(system: FirstOrderSystem, integrator: Integrator, tally: Tape) -> Reverse:
    """Return the way back over the steps of an integrator, for the terms of a tally."""
    return Reverse(_step(system, integrator), _seed(system, integrator, tally))


def _step(system: FirstOrderSystem, integrator: Integrator) -> Program:
    n, m, n_kept = system.n_states, system.n_parameters, integrator.n_kept
    given: Arguments = (("t", None), ("h", None), ("limit", None), ("y", n), ("p", m))
    forward = inputs(given)
    t, y, p = forward.input("t"), vector(forward, "y", n), vector(forward, "p", m)
    first = slope(forward, system, t, y, p)
    bindings = [t, forward.input("h"), forward.input("limit"), *y, *first, *p]
    outputs = forward.inline(integrator.attempt.tape, bindings)
    tape = saturated(forward.finish([*outputs[:n], *outputs[3 * n :]]))
    arguments: Arguments = (*given, ("lam", n), ("by_k", n * n_kept))
    builder = inputs(arguments)
    weights = [*vector(builder, "lam", n), *vector(builder, "by_k", n * n_kept)]
    values, slopes = pull_back(builder, tape, builder.inputs[: len(tape.inputs)], weights)
    return Program("back", builder.finish([*values, *slopes[3:]]), arguments)


def _seed(system: FirstOrderSystem, integrator: Integrator, tally: Tape) -> Program:
    n, m, n_kept = system.n_states, system.n_parameters, integrator.n_kept
    n_readings = len(tally.inputs) - 1 - n - m
    given: Arguments = (
        ("time", None), ("theta", None), ("h", None), ("y", n), ("z", n), ("k", n * n_kept),
        ("p", m), ("reading", n_readings),
    )  # fmt: skip
    forward = inputs(given)
    names = ["theta", "h"]
    within = [forward.input(name) for name in names]
    vectors: list[Value] = []
    for name, length in (("y", n), ("z", n), ("k", n * n_kept)):
        vectors += vector(forward, name, length)
    states = forward.inline(integrator.interpolate.tape, [*within, *vectors])
    p, readings = vector(forward, "p", m), vector(forward, "reading", n_readings)
    terms = forward.inline(tally, [forward.input("time"), *states, *p, *readings])
    tape = saturated(forward.finish(terms))
    arguments: Arguments = (*given, ("weight", len(terms)))
    builder = inputs(arguments)
    weights = vector(builder, "weight", len(terms))
    slopes = pull_back(builder, tape, builder.inputs[: len(tape.inputs)], weights)[1]
    return Program("seed", builder.finish(_without(slopes, n_readings)), arguments)


def _without(slopes: Sequence[Value], n_readings: int) -> Sequence[Value]:
    """Return the slopes by states, kept vectors and parameters: those of numbers in use."""
    return slopes[3 : len(slopes) - n_readings]
