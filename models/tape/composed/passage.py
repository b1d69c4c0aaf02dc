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

from ..program import Value
from .confluent import relative_growth
from .quadrature import Rule, rule
from .series import choose

_NODES = 14
_BITS = 100
_LAST = slice(-2, None)  # the coefficients looked at: of degrees 12 and 13
_PIECES, _MORE = 15, 4
_GROWING = 4.0  # largest exponent of a step: a motion that leaves a rest is slowed down later
_TRIALS, _SHORTER = 5, 3.0  # shorter steps, where a step would pass a rest or a bend
_FOLDS = 5.0  # largest exponent of a step to a rest
_BENT = 1.0  # of a rate, which a linear one does not explain
_STRAIGHT = 1e-6  # a smaller change of the rate, relative, needs no curve
_SLIGHT = 1e-12  # relative, of the time
_RESTING = 1e-15  # of the way, which is all that is left of it
_NOISE = 1e-14  # of the way, before a rest, within which rates may be no more than roundings
_NEAR = 1e-14  # of the way, within which a place is good enough whatever the time


Along = Callable[[Value], Value]  # what depends on the place


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


def passage(rate: Along, slope: Along, begin: Value, elapsed: Value) -> Passage:
    """Return where a motion has come to.

    Parameters
    ----------
    rate, slope
        h and its derivative at a place; analytic and of one sign on the way.
    begin
        The place at the start.
    elapsed
        Time since the start, of either sign.
    """
    way = _Way(rate, slope, begin, elapsed)
    for share in (*range(_PIECES, 1, -1), *[1] * _MORE):
        way.go(way.left / share)
    pace = abs(way.rate(way.place))
    error = abs(way.left) + _total([p.error for p in way.pieces])
    exact = error <= _SLIGHT * abs(elapsed)
    close = error * pace <= _NEAR * way.scale
    even = reduce(Value.__and__, (p.even for p in way.pieces))
    return Passage(way.place, even & (exact | close))


class _Way:
    """The pieces a motion has passed."""

    def __init__(self, rate: Along, slope: Along, begin: Value, elapsed: Value) -> None:
        self.rate, self.slope = _once(rate), _once(slope)
        self.begin, self.place, self.elapsed = begin, begin, elapsed
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
        begin, pace, slope = self.place, self.rate(self.place), self.slope(self.place)
        slight = _RESTING * self.scale
        left = abs(pace / slope)  # of the way to a rest, if it comes to one
        longest = h / _larger(abs(h * slope) / _FOLDS, 1.0 + 0.0 * h)
        end = self._ahead(begin, longest / _SHORTER**_TRIALS)
        for trial in range(_TRIALS - 1, -1, -1):
            stride = longest / _SHORTER**trial
            far = self._ahead(begin, stride)
            there = self.rate(far)
            bent = abs(there - pace - slope * (far - begin))
            end = choose((bent <= _BENT * abs(there)) & (pace * there > 0.0), far, end)
        moved = self._moved(begin, end)
        told = moved.even & (moved.error * abs(pace) <= _NEAR * self.scale)
        near = (left <= slight) | ((left <= _NOISE * self.scale) & ~told)
        rests = (abs(pace * self.elapsed) <= slight) | ((h * slope < 0.0) & near)
        rested = _Piece(begin, h, 0.0 * h, h.builder.constant(1.0))
        pairs = zip(rested, moved, strict=True)
        self.pieces.append(_Piece(*(choose(rests, one, other) for one, other in pairs)))
        self.place = self.pieces[-1].place

    def _ahead(self, begin: Value, h: Value) -> Value:
        """Return about where a time leads, as a linear rate would."""
        growth = h * self.slope(begin)
        return begin + h * self.rate(begin) * relative_growth(growth.apply("min", _GROWING))

    def _moved(self, begin: Value, end: Value) -> _Piece:
        given, span = _rule(), end - begin
        # Where rates are linear, the logarithm of the rate is the time: no more than a constant is
        # then left to integrate.
        ratio = (self.rate(end) / self.rate(begin)).apply("log")
        bend = choose(abs(ratio) > _STRAIGHT, ratio, _STRAIGHT)
        whole = bend.apply("expm1")
        shares = [(x * bend).apply("expm1") for x in given.nodes]
        stretch, pace = span / whole, bend / whole
        values = [(1.0 + s) / self.rate(begin + stretch * s) for s in shares]
        mean = pace * _weighted(given.weights, values)
        # Coefficients fall geometrically; those of which the error is made have twice the degree.
        last = pace * reduce(_larger, [abs(_weighted(w, values)) for w in given.tails[_LAST]])
        even = self.rate(begin) * self.rate(end) > 0.0  # a pole within shows in the tails
        return _Piece(end, span * mean, abs(span) * last * last / abs(mean), even)


def _once(function: Along) -> Along:
    """Return a function that writes what it returns once for each place."""
    known: dict[int, Value] = {}

    def called(place: Value) -> Value:
        if place.number not in known:
            known[place.number] = function(place)
        return known[place.number]

    return called


def _larger(one: Value, other: Value) -> Value:
    return one.apply("max", other)


def _weighted(weights: Sequence[float], values: Sequence[Value]) -> Value:
    return _total([w * v for w, v in zip(weights, values, strict=True)])


def _total(terms: Sequence[Value]) -> Value:
    return reduce(lambda one, other: one + other, terms)
