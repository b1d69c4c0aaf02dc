"""Where a condition may hold for a moment between two looks at a step, by bounds over boxes.

Between two looks the states lie between their values there, but for how far a curve leaves its
chord: s^2/8 times its bend, for a distance s. What a condition takes over such a box has bounds,
and where these are not above zero it does not hold. What is affine in time and states needs no
boxes: it is as smooth as the step itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from ...models.structure.dependencies import is_affine_in
from ...models.system import FirstOrderSystem
from ...models.tape import Builder, Tape, Value
from ...models.tape.bounds import Bounds, bounded, bounds
from ..arrays import Float

DEPTH = 40  # halvings of a step
MOST = 4096  # boxes that are looked into at a time
QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)  # looks that tell how a state bends


def sharp(tape: Tape, n_states: int) -> bool:
    """Tell whether a condition, a tape of one output, may turn there and back within a step."""
    return bounded(tape) and not is_affine_in(tape, n_states)


@lru_cache(maxsize=64)
def highest(system: FirstOrderSystem, conditions: Tape) -> Tape | None:
    """Return the upper bounds of conditions over boxes; None where none is sharp.

    Inputs are the lowest and the highest time and states, then parameters; -inf is returned for
    conditions that are not.
    """
    n = system.n_states
    names = [f"{name} {end}" for end in ("low", "high") for name in (system.time, *system.states)]
    builder = Builder((*names, *system.parameters))
    inputs = builder.inputs
    given = [*zip(inputs[: n + 1], inputs[n + 1 : 2 * n + 2], strict=True),
             *((p, p) for p in inputs[2 * n + 2 :])]  # fmt: skip
    each = [conditions.select([c]) for c in range(len(conditions.outputs))]
    found = [upper(builder, tape, given, n) for tape in each]
    if all(x is None for x in found):
        return None
    return builder.finish(-np.inf if x is None else x for x in found)


def upper(builder: Builder, tape: Tape, given: Sequence[Bounds], n_states: int) -> Value | None:
    """Return the upper bound of a condition, None where it is not sharp."""
    return bounds(builder, tape, given)[0][1] if sharp(tape, n_states) else None


def bend(looks: Sequence[Float]) -> Float:
    """Return how states bend over a step, from their values at `QUARTERS`, (state, batch)."""
    middle = zip(looks, looks[1:], looks[2:], strict=False)
    with np.errstate(over="ignore", invalid="ignore"):  # then they bend without a bound
        bends = [np.abs((a - b) - (b - c)) for a, b, c in middle]
        return 16.0 * np.max(np.where(np.isnan(bends), np.inf, bends), axis=0)


def around(ends: tuple[Float, Float], leave: Float) -> tuple[Float, Float]:
    """Return the box around two looks, the states between which may leave their chord."""
    return np.minimum(*ends) - leave, np.maximum(*ends) + leave
