"""Random points at which solutions are put back: of both signs and all sizes, degenerate too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, cycle, islice
from random import Random

from ...system import FirstOrderSystem

_ZEROS = 8  # parameters that are set to zero in turn
_TURNED, _EACH = 8, 3  # parameters that are negative in turn, and how often
_PAIRS = 8  # of parameters that are made equal, drawn at random
Point = Mapping[str, float]


def points(system: FirstOrderSystem, random: Random) -> Iterator[Point]:
    """Yield endless points: all values positive, of any sign, of any size, in turn.

    What is declared to be positive always is.
    """
    names = (system.time, *system.parameters)
    for size, signs in cycle([(2, (1,)), (2, (1, -1)), (10, (1,))]):
        point = {
            n: number(random, size) * (random.choice(signs) if n not in system.positive else 1)
            for n in names
        }
        yield {**point, system.time: system.t0 + point[system.time]}


def degenerate_points(system: FirstOrderSystem, random: Random) -> Iterator[Point]:
    """Yield points at which a parameter is zero, or two are equal; of many, some."""
    names = system.parameters
    drawn_from = points(system, random)
    free = [name for name in names if name not in system.positive]
    for name, point in zip(free[:_ZEROS], drawn_from, strict=False):
        yield {**point, name: 0.0}
    pairs = list(combinations(names, 2))
    drawn = random.sample(pairs, min(len(pairs), _PAIRS))
    for (one, other), point in zip(drawn, drawn_from, strict=False):
        yield {**point, one: point[other]}


def one_sided_points(system: FirstOrderSystem, random: Random) -> Iterator[Point]:
    """Yield points after the start where one parameter alone is negative; each in turn, if few."""
    free = [name for name in system.parameters if name not in system.positive]
    drawn = random.sample(free, min(len(free), _TURNED))
    for name in drawn:
        for point in islice(points(system, random), 0, 3 * _EACH, 3):  # all positive, every third
            yield {**point, name: -point[name]}


def number(random: Random, size: int) -> float:
    """Return a positive number with few binary digits, so that every precision sees the same."""
    return random.randint(64, 127) / 64 * 2.0 ** random.randint(-size, size - 1)
