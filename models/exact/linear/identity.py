"""Whether two formulas are the same function: told by their values at random points.

Rates that are written differently, -(a + b) and -a - b, must be known as one, or a formula divides
by their difference. A coincidence of thirty digits at random points does not happen; if it did, the
certificate would not be given.
"""

from __future__ import annotations

from random import Random

from ...tape import Tape, Value
from ...tape.precise import Precise
from ...tape.program import Builder

_DIGITS, _KEPT = 40, 30
_POINTS = 2


class Identity:
    """Recognises values of one builder by their numbers.

    Parameters
    ----------
    builder
        Where the values are recorded.
    """

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self._precise = Precise(_DIGITS)
        self._random = Random(0)
        self._points: dict[str, tuple[float, ...]] = {}
        self._known: dict[int, tuple[str, ...]] = {}

    def __call__(self, value: Value | float) -> tuple[str, ...]:
        """Return a key that is the same for equal functions."""
        number = self.builder.value(value).number
        if number not in self._known:
            self._known[number] = self._key(self.builder.formula(Value(self.builder, number)))
        return self._known[number]

    def is_zero(self, value: Value | float) -> bool:
        """Tell whether a value is zero everywhere."""
        return self.same(value, 0.0)

    def same(self, one: Value | float, other: Value | float) -> bool:
        """Tell whether two values are one function."""
        return self(one) == self(other)

    def _key(self, tape: Tape) -> tuple[str, ...]:
        context = self._precise.context
        found: list[str] = []
        for i in range(_POINTS):
            point = {name: self._point(name)[i] for name in tape.inputs}
            number = self._precise(tape, point)[0]
            zero = abs(number) < context.mpf(10) ** -_KEPT
            found.append("0" if zero else context.nstr(number, _KEPT))
        return tuple(found)

    def _point(self, name: str) -> tuple[float, ...]:
        if name not in self._points:
            self._points[name] = tuple(self._random.uniform(0.5, 2) for _ in range(_POINTS))
        return self._points[name]
