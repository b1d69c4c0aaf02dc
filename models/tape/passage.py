"""How far a motion dy/dt = h(y) comes in a given time: a quadrature inverted on the tape.

The time to a place is the integral of dy/h, taken piece by piece by Gauss and Legendre's rule
between places that an exponential method finds (Pope 1963, Communications of the ACM 6, 491-493,
doi:10.1145/366707.367592), evenly in time: where the motion leaves a rest or comes to one, pieces
become short. The places need not be exact, since the integral is; what is left of the time is gone
on with, until nothing is left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, reduce
from typing import NamedTuple

from .confluent import relative_growth
from .program import Value
from .quadrature import Rule, rule
from .series import choose

_NODES = 10
_BITS = 100
_LAST = slice(-2, None)  # the coefficients looked at: of degrees 8 and 9
_PIECES, _MORE = 16, 3
_GROWING = 3.0  # largest exponent of a step: a motion that leaves a rest is slowed down later
_TRIALS, _SHORTER = 3, 4.0  # shorter steps, where a step would pass a rest or a bend
_BENT = 0.6  # change of the derivative over a step, times the step
_STRAIGHT = 1e-6  # a smaller change of the rate, relative, needs no curve
_SLIGHT = 1e-12  # relative, of the time
_RESTING = 1e-15  # of the way, which is all that is left of it
_NEAR = 1e-14  # of the way, within which a place is good enough whatever the time


class Passage(NamedTuple):
    """Where a motion has come to, and a value that is not zero where that is exact to rounding."""

    place: Value
    resolved: Value


class _Piece(NamedTuple):
    """The end of a piece of the way, its time, the error of that, and whether it was one."""

    place: Value
    time: Value
    error: Value
    even: Value


@cache
def _rule() -> Rule:
    return rule(_NODES, _BITS, lambda units: units / 2.0**_BITS)


def passage(rate: Callable[[Value], tuple[Value, Value]], begin: Value, elapsed: Value) -> Passage:
    """Return where a motion has come to.

    Parameters
    ----------
    rate
        h and its derivative at a place; analytic and of one sign on the way.
    begin
        The place at the start.
    elapsed
        Time since the start, of either sign.
    """
    way = _Way(rate, begin, elapsed)
    for share in (*range(_PIECES, 1, -1), *[1] * _MORE):
        way.go(way.left / share)
    pace = abs(rate(way.place)[0])
    error = abs(way.left) + _total([p.error for p in way.pieces])
    exact = error <= _SLIGHT * abs(elapsed)
    close = error * pace <= _NEAR * way.scale
    even = reduce(Value.__and__, (p.even for p in way.pieces))
    return Passage(way.place, even & (exact | close))


class _Way:
    """The pieces a motion has passed."""

    def __init__(
        self, rate: Callable[[Value], tuple[Value, Value]], begin: Value, elapsed: Value
    ) -> None:
        self.rate, self.begin, self.place, self.elapsed = rate, begin, begin, elapsed
        self.pieces: list[_Piece] = []

    @property
    def left(self) -> Value:
        """The time that is not accounted for."""
        return self.elapsed - _total([0.0 * self.elapsed, *(p.time for p in self.pieces)])

    @property
    def scale(self) -> Value:
        """What the rounding of a place is to be compared with."""
        return _larger(abs(self.place), abs(self.place - self.begin))

    def go(self, h: Value) -> None:
        """Go on for about a time; where hardly anything moves any more, it is spent at rest."""
        begin, (pace, slope) = self.place, self.rate(self.place)
        slight = _RESTING * self.scale
        arriving = (h * slope < 0.0) & (abs(pace) <= slight * abs(slope))
        rests = (abs(pace * self.elapsed) <= slight) | arriving
        end = self._ahead(begin, h / _SHORTER**_TRIALS)
        for trial in range(_TRIALS - 1, -1, -1):
            far = self._ahead(begin, h / _SHORTER**trial)
            there, turned = self.rate(far)
            straight = abs(h / _SHORTER**trial * (turned - slope)) <= _BENT
            end = choose(straight & (pace * there > 0.0), far, end)
        moved = self._moved(begin, end)
        rested = _Piece(begin, h, 0.0 * h, h.builder.constant(1.0))
        pairs = zip(rested, moved, strict=True)
        self.pieces.append(_Piece(*(choose(rests, one, other) for one, other in pairs)))
        self.place = self.pieces[-1].place

    def _ahead(self, begin: Value, h: Value) -> Value:
        """Return about where a time leads, as a linear rate would."""
        pace, slope = self.rate(begin)
        return begin + h * pace * relative_growth((h * slope).apply("min", _GROWING))

    def _moved(self, begin: Value, end: Value) -> _Piece:
        given, span = _rule(), end - begin
        # Where rates are linear, the logarithm of the rate is the time: no more than a constant is
        # then left to integrate.
        ratio = (self.rate(end)[0] / self.rate(begin)[0]).apply("log")
        bend = choose(abs(ratio) > _STRAIGHT, ratio, _STRAIGHT)
        whole = bend.apply("expm1")
        shares = [(x * bend).apply("expm1") for x in given.nodes]
        values = [
            bend * (1.0 + s) / (whole * self.rate(begin + span * (s / whole))[0]) for s in shares
        ]
        mean = _weighted(given.weights, values)
        # Coefficients fall geometrically; those of which the error is made have twice the degree.
        last = reduce(_larger, [abs(_weighted(w, values)) for w in given.tails[_LAST]])
        even = self.rate(begin)[0] * self.rate(end)[0] > 0.0  # a pole within shows in the tails
        return _Piece(end, span * mean, abs(span) * last * last / abs(mean), even)


def _larger(one: Value, other: Value) -> Value:
    return one.apply("max", other)


def _weighted(weights: Sequence[float], values: Sequence[Value]) -> Value:
    return _total([w * v for w, v in zip(weights, values, strict=True)])


def _total(terms: Sequence[Value]) -> Value:
    return reduce(lambda one, other: one + other, terms)
