"""Whether two formulas are the same function: told by their values at random points.

Rates that are written differently, -(a + b) and -a - b, must be known as one, or a formula divides
by their difference. A coincidence of thirty digits at random points does not happen; if it did, the
certificate would not be given. What bends or jumps, abs(a), is looked at for either sign as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import mul
from random import Random

from ...tape import Tape, Value
from ...tape.precise import Precise
from ...tape.program import Builder

_DIGITS, _KEPT = 40, 30
_POINTS, _MIXED = 2, 2  # of positive values; and of either sign, each with its opposite
_TURNING = frozenset({"abs", "eq", "floor", "le", "lt", "max", "min", "select", "sign"})
Key = tuple[str, ...]


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
        self._random, self._signs = Random(0), Random(0)
        self._points: dict[str, tuple[float, ...]] = {}
        self._known: dict[tuple[int, bool], Key] = {}

    def __call__(self, value: Value | float) -> Key:
        """Return a key that is the same for equal functions, as long as both turn or neither."""
        return self._key(self.builder.value(value), turning=False)

    def is_zero(self, value: Value | float) -> bool:
        """Tell whether a value is zero everywhere."""
        return self.same(value, 0.0)

    def same(self, one: Value | float, other: Value | float) -> bool:
        """Tell whether two values are one function."""
        keys = self(one), self(other)
        if len({*map(len, keys)}) > 1:  # only one of them turns, as abs(x)*abs(x) and x*x
            both = map(self.builder.value, (one, other))
            keys = tuple(self._key(value, turning=True) for value in both)
        return keys[0] == keys[1]

    def _key(self, value: Value, *, turning: bool) -> Key:
        at = value.number, turning
        if at not in self._known:
            tape = self.builder.formula(value)
            turns = turning or not _TURNING.isdisjoint(tape.operations)
            self._known[at] = tuple(self._numbers(tape, turns=turns))
        return self._known[at]

    def _numbers(self, tape: Tape, *, turns: bool) -> Iterator[str]:
        context = self._precise.context
        for i in range(_POINTS + (1 + 2 * _MIXED if turns else 0)):
            point = {name: self._point(name)[i] for name in tape.inputs}
            number = self._precise(tape, point)[0]
            zero = abs(number) < context.mpf(10) ** -_KEPT
            yield "0" if zero else context.nstr(number, _KEPT)

    def _point(self, name: str) -> tuple[float, ...]:
        """Return the values of an input: positive ones, then one negative, then of any sign."""
        if name not in self._points:
            sizes = [self._random.uniform(0.5, 2) for _ in range(_POINTS)]
            signs = [self._signs.choice((1, -1)) for _ in range(_MIXED)]
            mixed = (v * side for v in map(mul, signs, sizes) for side in (1, -1))
            self._points[name] = (*sizes, -sizes[0], *mixed)
        return self._points[name]
