"""Solutions by Lambert's function on a tape that neither overflows nor cancels."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ..lazy import load
from ..tape import Builder, Tape, Value
from ..tape.composed import omega
from .inner import LambertRoot

_SMALL = 0.5  # of a number, by which it may change and its change still counts


def in_doubles(root: LambertRoot, inputs: Sequence[str], write: Callable[..., Tape]) -> Tape:
    """Return a solution from time and parameters.

    Parameters
    ----------
    root
        Where it starts and how it moves.
    inputs
        Names of time and parameters.
    write
        Returns an expression as a tape of these, and of a further symbol where one is given.
    """
    builder = Builder(inputs)

    def put(expression: Any) -> Value:
        return builder.inline(write(expression), builder.inputs)[0]

    scale = put(root.scale)
    found = omega.moved(put(root.begun), put(root.distance), put(root.since), scale)
    u = _on_line(root, found, scale, put)
    if root.y != root.u:
        (y,) = builder.inline(write(root.y, root.u), [*builder.inputs, u])
        u = (u < 0.0).apply("select", math.nan, y)
    return builder.finish([u])


def _on_line(
    root: LambertRoot, found: omega.Moved, scale: Value, put: Callable[[Any], Value]
) -> Value:
    """Return scale*w + shift, from what keeps its digits."""
    if load("sympy").cancel(root.scale - root.shift) == 0:
        return scale * found.distance
    if root.shift == 0:
        return scale * found.w
    begun = put(root.begun)
    is_near = abs(found.change) < _SMALL * abs(begun)
    return is_near.apply(
        "select", put(root.start) + scale * found.change, scale * found.w + put(root.shift)
    )
