"""The certificate of a closed form: it is put back into its equation, with many digits."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from random import Random
from typing import Any, NamedTuple

from ..errors import NoClosedFormError
from ..notebook import Printed
from ..system import FirstOrderSystem
from ..tape import Tape
from ..tape.differentiate import derivative
from ..tape.precise import Precise
from .derivation import Claim, Step

POINTS = 24  # at which a closed form is put back; half of them suffice
DIGITS = 50
EXACT = 1e-30  # largest gap believed where a formula is exact
ROUNDED = 1e-9  # largest gap believed in floating point, where zeros of the solution cost digits
_ENOUGH = POINTS // 2
_ATTEMPTS = 16 * POINTS  # to find points where the equation is defined
_PER_CLAIM = 6  # points at which a claim of a derivation is checked
_NUDGE = 2.0**-20  # of states, each by another factor, to see what cancels in a rate
_ZEROS = 16  # parameters that are set to zero in turn
_SMALLEST, _LARGEST = 1e-290, 1e300  # beyond, doubles lose digits with good reason

Watch = Callable[[], None]
Point = Mapping[str, float]


@dataclass(frozen=True)
class Certificate(Printed):
    """How well a closed form fulfils its equation and its start values.

    Parameters
    ----------
    residual
        Largest gap between its rate of change and the vector field, relative to both and to the
        terms that cancel in them.
    start
        Largest gap to the start values, relative.
    rounding
        Largest error of the tape in floating point, relative to the state or its start value.
    points
        Random values of time and parameters, of both signs, at which all this was computed.
    digits
        Decimal digits carried.
    seed
        Of the random values.
    domain
        Where the closed form is valid, in words.
    """

    residual: float
    start: float
    rounding: float
    points: int
    digits: int
    seed: int
    domain: str

    @property
    def valid(self) -> bool:
        """Whether it is to be believed: enough points, and no gap above what rounding explains."""
        exact = max(self.residual, self.start) <= EXACT
        return self.points >= _ENOUGH and exact and self.rounding <= ROUNDED

    def __str__(self) -> str:
        if self.points < _ENOUGH:
            return f"not certified: of many random points only {self.points} could be used"
        verdict = "certified" if self.valid else "not certified"
        return (
            f"{verdict}: put back at {self.points} random points (seed {self.seed}), "
            f"{self.digits} digits: residual {self.residual:.0e}, start value {self.start:.0e}, "
            f"rounding in floating point {self.rounding:.0e}; {self.domain}"
        )

    __repr__ = __str__


def certify(
    system: FirstOrderSystem,
    formula: Tape,
    tape: Tape,
    domain: str,
    *,
    seed: int = 0,
    watch: Watch = lambda: None,
) -> Certificate:
    """Return the certificate of a solution, good or bad.

    Parameters
    ----------
    system
        What is solved.
    formula
        The solution as it is shown: inputs are time and the system's parameters, outputs states.
    tape
        The solution as it is evaluated; it also has to stand where the formula is 0/0.
    domain
        Where the solution is said to be valid.
    seed
        Of the random points.
    watch
        Called before each point; it may raise to stop.
    """
    examiner = _Examiner(system, formula, tape)
    anywhere: list[_Gaps] = []
    for point in islice(_points(system, Random(seed)), _ATTEMPTS):
        watch()
        anywhere += examiner.gaps(point)
        if len(anywhere) == POINTS:
            break
    every = anywhere.copy()
    for point in _points_with_a_zero(system, Random(seed)):
        watch()
        every += examiner.gaps_of_limit(point)
    return Certificate(
        _worst(g.residual for g in every), _worst(g.start for g in every),
        _worst(g.rounding for g in every), len(anywhere), DIGITS, seed, domain,
    )  # fmt: skip


class _Gaps(NamedTuple):
    """What was found at one point."""

    residual: float
    start: float
    rounding: float


class _Examiner:
    """Puts one closed form back into its equation, point by point."""

    def __init__(self, system: FirstOrderSystem, formula: Tape, tape: Tape) -> None:
        self.system, self.formula, self.tape = system, formula, tape
        self.precise = Precise(DIGITS)
        self.slopes = {f: derivative(f, system.time) for f in (formula, tape)}

    def gaps(self, point: Point) -> list[_Gaps]:
        """Return the gaps of the formula and of the tape at a point, none where undefined."""
        exact = self._put_back(self.formula, point)
        if exact is None:
            return self._hole(self.formula, point)
        return [_Gaps(exact.residual, exact.start, self._rounding(exact, point))]

    def gaps_of_limit(self, point: Point) -> list[_Gaps]:
        """Return the gaps of the tape alone where the formula is undefined."""
        if self._put_back(self.formula, point) is not None:
            return self.gaps(point)
        limit = self._put_back(self.tape, point)
        if limit is None:
            return self._hole(self.tape, point)
        return [_Gaps(0.0, 0.0, max(limit.residual, limit.start, self._rounding(limit, point)))]

    def _hole(self, solution: Tape, point: Point) -> list[_Gaps]:
        """Return an endless gap if the equation can be started from, and the solution cannot."""
        begin = {**point, self.system.time: self.system.t0}
        start = self.precise(self.system.start, begin)
        known = (*start, *self._rate(begin, start))
        found = self.precise(solution, begin)
        if all(map(math.isfinite, known)) and not all(map(math.isfinite, found)):
            return [_Gaps(math.inf, math.inf, math.inf)]
        return []

    def _put_back(self, solution: Tape, point: Point) -> _PutBack | None:
        system, precise = self.system, self.precise
        y, slope = precise(solution, point), precise(self.slopes[solution], point)
        rate = self._rate(point, y)
        begun = precise(solution, {**point, system.time: system.t0})
        start = precise(system.start, point)
        if not all(map(math.isfinite, (*y, *slope, *rate, *begun, *start))):
            return None
        moved = self._rate(point, [v * (1 + i * _NUDGE) for i, v in enumerate(y, 1)])
        pairs = zip(moved, rate, strict=True)
        sizes = [(m - r) / _NUDGE if math.isfinite(m) else 0 for m, r in pairs]
        residual = _worst(map(_gap, slope, rate, sizes))
        return _PutBack(y, start, residual, _worst(map(_gap, begun, start)))

    def _rate(self, point: Point, y: Sequence[Any]) -> tuple[Any, ...]:
        values = {**point, **dict(zip(self.system.states, y, strict=True))}
        return self.precise(self.system.vector_field, values)

    def _rounding(self, exact: _PutBack, point: Point) -> float:
        values = self.tape(*(point[name] for name in self.tape.inputs))
        triples = zip(values, exact.y, exact.begin, strict=True)
        return _worst(_gap(v, y, y0, _SMALLEST) for v, y, y0 in triples if abs(y) < _LARGEST)


class _PutBack(NamedTuple):
    """A solution at a point: its values, and how it fulfils equation and start."""

    y: Sequence[Any]
    begin: Sequence[Any]
    residual: float
    start: float


def _gap(left: Any, right: Any, *sizes: Any) -> float:
    """Return the difference relative to the largest number involved."""
    size = max(abs(x) for x in (left, right, *sizes))
    gap = abs(left - right) / size if size else 0.0
    return float(gap) if gap == gap else math.inf


def _worst(gaps: Iterable[float]) -> float:
    return max(gaps, default=0.0)


def _points(system: FirstOrderSystem, random: Random) -> Iterator[Point]:
    """Yield endless points: all values positive, of any sign, of any size, in turn."""
    names = (system.time, *system.parameters)
    for size, signs in cycle([(2, (1,)), (2, (1, -1)), (10, (1,))]):
        point = {n: _number(random, size) * random.choice(signs) for n in names}
        yield {**point, system.time: system.t0 + point[system.time]}


def _points_with_a_zero(system: FirstOrderSystem, random: Random) -> Iterator[Point]:
    """Yield points at which one parameter is zero, each once; of many, the first."""
    for name, point in zip(system.parameters[:_ZEROS], _points(system, random), strict=False):
        yield {**point, name: 0.0}


def _number(random: Random, size: int) -> float:
    """Return a positive number with few binary digits, so that every precision sees the same."""
    return random.randint(64, 127) / 64 * 2.0 ** random.randint(-size, size - 1)


def checked(steps: Iterable[Step], *, seed: int = 0, watch: Watch = lambda: None) -> Iterator[Step]:
    """Yield steps with the claims of each checked at random points.

    Raises
    ------
    NoClosedFormError
        If a claim does not hold, or is defined nowhere.
    """
    precise, random = Precise(DIGITS), Random(seed)
    for step in steps:
        watch()
        if not all(_holds(claim, precise, random) for claim in step.claims):
            raise NoClosedFormError(f"a step of the derivation does not hold: {step}")
        yield replace(step, checked=bool(step.claims))


def _holds(claim: Claim, precise: Precise, random: Random) -> bool:
    names = sorted({*claim.left.inputs, *claim.right.inputs})
    gaps: list[float] = []
    for attempt in range(4 * _PER_CLAIM):
        signs = (1, -1) if attempt % 2 else (1,)
        point = {name: _number(random, 2) * random.choice(signs) for name in names}
        left, right = (precise(side, point)[0] for side in claim)
        if math.isfinite(left) and math.isfinite(right):
            gaps.append(_gap(left, right, 1.0))
        if len(gaps) == _PER_CLAIM:
            break
    return bool(gaps) and max(gaps) <= EXACT
