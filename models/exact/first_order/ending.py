"""How a solution by powers ends: what becomes infinite or reaches zero, and when, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import pi

from ...tape import Value


@dataclass(frozen=True)
class Ending:
    """What is needed to tell how a solution ends.

    Parameters
    ----------
    state
        The state, as a value.
    values
        Its start, the coefficients and the clock.
    begin
        The time at the start; None where time runs by another clock.
    time
        Time in writing.
    shown
        Returns a value in writing.
    """

    state: Value
    values: Sequence[Value]
    begin: float | None
    time: str
    shown: Callable[[Value], str]

    def told(self, event: str, clock: Value | None, after: str = "") -> str:
        """Return that a solution is valid until something happens when the clock shows a value."""
        at = ""
        if clock is not None and self.begin is not None:
            at = f" at {self.time} = {self.shown(self.begin + clock)}"
        return f"valid until {event}{at}, if it does{after}"


def lasting(ending: Ending) -> str:
    """Return that a solution never ends."""
    return f"valid for all {ending.time}"


def bernoulli_ending(end: Ending) -> str:
    """Return how u = c + d*y ends, where du/dT = a*u + b*u^(m + 1).

    There u0^-m*(exp(-m*a*T) - 1)*(1 + a/(b*u0^m)) is -u0^-m, whatever the sign of m: of positive
    ones u is infinite, of negative ones zero.
    """
    y0, a, b, m, c, d, *_ = end.values
    whole, start = c + d * end.state, c + d * y0
    power, name = b * start**m, end.shown(whole)
    clock = 1.0 / (m * power) if a.constant == 0 else (1.0 + a / power).apply("log") / (m * a)
    if m.constant is None:
        return end.told(f"{name} reaches 0 or becomes infinite", clock)
    if m.constant > 0:
        return end.told(f"{name} becomes infinite", clock)
    return end.told(f"{name} reaches 0", clock, ", where it may rest" * (m.constant > -1))


def riccati_ending(end: Ending) -> str:
    """Return how y ends, where dy/dT = a*y^2 + b*y + c: when it is infinite, if that is simple."""
    y0, a, b, _, _, square, *_ = end.values
    steep, known = a * y0 + b / 2.0, square.constant
    clock = None
    if known == 0:
        clock = 1.0 / steep
    elif known is not None and known < 0:
        w = steep.builder.constant(-known).apply("sqrt")
        clock = (pi / 2 - (steep / w).apply("atan")) / w
    return end.told(f"{end.shown(end.state)} becomes infinite", clock)
