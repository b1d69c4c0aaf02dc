"""The regular Coulomb wave function."""

from __future__ import annotations

from typing import Any

from ..tape.composed.special import SpecialFunction
from ..tape.program import Value


def _by_distance(order: Value, strength: Value, x: Value, f: Value) -> Value:
    """Return the derivative by the distance, the next order being known."""
    above = order + 1.0
    turn = (1.0 + (strength / above) ** 2.0).apply("sqrt")
    return (above / x + strength / above) * f - turn * above.apply("coulombf", strength, x)


def _precise(context: Any, order: Any, strength: Any, x: Any) -> Any:
    inside = x > 0 and order > -0.5
    return context.re(context.coulombf(order, strength, x)) if inside else context.nan


FUNCTION = SpecialFunction(
    "regular Coulomb wave function F of order l and strength eta",
    (None, None, _by_distance),
    _precise,
    "x > 0 and l > -1/2",
    "DLMF 33.2.3, 33.4.3, 33.4.4",
    r"F_{{{0}}}\left({1}, {2}\right)",
)
