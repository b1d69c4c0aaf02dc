"""Where the searches begin: the model's own values, then a sequence that fills the box evenly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np

from ...models.errors import InputError
from ...models.given import is_number
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


def whole_number(name: str, value: object, least: int) -> int:
    """Return an argument that counts something.

    Raises
    ------
    InputError
        Unless it is a whole number and not below `least`.
    """
    if not is_number(value) or not isinstance(value, (int, np.integer)) or value < least:
        raise InputError(f"{name}: got {value!r}; expected a whole number, {least} or more")
    return int(cast("int", value))


def start_numbers(starts: int | Sequence[int]) -> Int:
    """Return which starts are asked for: a count, or the numbers themselves.

    Raises
    ------
    InputError
        Unless it is a count of one or more, or some whole numbers from zero on.
    """
    if not isinstance(starts, Sequence):
        return np.arange(whole_number("starts", starts, 1))
    if isinstance(starts, str) or not starts:
        raise InputError(f"starts: got {starts!r}; expected how many, or their numbers, as in [17]")
    return np.array([whole_number("starts", number, 0) for number in starts])


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
    fractions = kronecker(len(space.names), numbers, whole_number("seed", seed, 0))
    points = space.within(fractions)
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
