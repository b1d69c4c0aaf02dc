"""Equations that separate in one combination of time and state, whether or not one integrates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .first_integral import Rate, Reduced, factors, in_a_line, in_a_ratio
from .scaled_ratio import in_a_scaled_ratio
from .stage import Same, Stage, unknown


def reductions(rate: Rate) -> Iterator[Reduced]:
    """Yield the combination in which an equation separates: the state, a ratio or a line."""
    parts = factors(rate)
    if parts is not None:
        yield _separated(rate, *parts)
        return
    found = in_a_ratio(rate) or in_a_line(rate) or in_a_scaled_ratio(rate)
    if found is not None and found.growth != 0:
        yield found


def _separated(rate: Rate, g: Any, h: Any) -> Reduced:
    u = unknown("u")
    stage = Stage(
        "The variables separate", (rate.slope, "=", rate.given), (Same(rate.given, g * h),)
    )
    return Reduced(u, rate.y, u, h.subs(rate.y, u), g, (stage,))
