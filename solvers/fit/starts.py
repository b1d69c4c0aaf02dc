"""Where the searches begin: the model's own values, then a sequence that fills the box evenly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ...models.errors import InputError
from ..arrays import Float, Int, ParameterBatch
from .parameters import ParameterSpace


def kronecker(dimension: int, numbers: Int, seed: int) -> Float:
    """Return points of a Kronecker sequence in the unit box, (dimension, point).

    Point i is (shift + i * alpha) modulo 1 with alpha_j = phi^-j, where phi is the positive root
    of x^(d+1) = x + 1, and a shift drawn from the seed: a low-discrepancy sequence of which each
    point can be had alone (Roberts 2018, The unreasonable effectiveness of quasirandom sequences;
    the shift: Cranley and Patterson 1976, doi:10.1137/0713071).
    """
    phi = 2.0
    for _ in range(60):  # a contraction by a factor below 1/2 each time
        phi = (1.0 + phi) ** (1.0 / (dimension + 1))
    alpha = phi ** -np.arange(1.0, dimension + 1)
    shift = np.random.default_rng(seed).random(dimension)
    return (shift[:, None] + alpha[:, None] * numbers) % 1.0


def start_numbers(starts: int | Sequence[int]) -> Int:
    """Return which starts are asked for: a count, or the numbers themselves.

    Raises
    ------
    InputError
        Unless it is a count of one or more, or some whole numbers from zero on.
    """
    numbers = np.arange(starts) if isinstance(starts, (int, np.integer)) else np.asarray(starts)
    whole = numbers.ndim == 1 and numbers.size and numbers.dtype.kind in "iu" and numbers.min() >= 0
    if isinstance(starts, bool) or not whole:
        raise InputError(f"starts: got {starts!r}; expected how many starts, 1 or more")
    return numbers.astype(np.int64)


def start_points(
    space: ParameterSpace, own: Mapping[str, float], numbers: Int, seed: int
) -> ParameterBatch:
    """Return where each start begins, natural values, (parameter, start).

    Start 0 is the model's own values, as far as they lie within the bounds; the others depend only
    on the seed and their number, so that start 17 is the same alone or among a thousand.

    Parameters
    ----------
    space
        What varies.
    own
        Values of the model, by name.
    numbers
        Which starts.
    seed
        Of the sequence.

    Raises
    ------
    InputError
        If the seed is not one, or if the only start is outside the bounds.
    """
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"seed: got {seed!r}; expected a whole number, 0 or more")
    points = space.within(kronecker(len(space.names), numbers, int(seed)))
    first = numbers == 0
    for row, (name, bounds) in enumerate(zip(space.names, space.ranges, strict=True)):
        if name in own and own[name] in bounds:
            points[row, first] = own[name]
        elif name in own and numbers.tolist() == [0]:
            raise InputError(
                f"free: {name} is {own[name]:g} in the model, outside ({bounds.low:g}, "
                f"{bounds.high:g}), so the only start has nowhere to begin; widen the bounds, set "
                "the value, or use more starts"
            )
    return points
