"""A solution put back into its equation at one point, with many digits."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ...jumps import switches
from ...notation import Notation, Shown
from ...system import FirstOrderSystem
from ...tape import Builder, Tape
from ...tape.differentiate import derivative
from ...tape.precise import Precise
from ..solvable import Solved, Written
from .conditions import manageable, without_functions

DIGITS = 50
EXACT = 1e-30  # largest gap believed where a formula is exact
_NUDGE = 2.0**-20  # of states, each by another factor, to see what cancels in a rate
_BESIDE = 25  # decimal digits to the point beside one where a formula is 0/0
_NOTHING = 1e-40  # of the rate at the start, or of the largest state; less than that is zero
_ASIDE = 2.0**-60  # of time, to both sides, within which a jump spoils the slope at a point
_SOON = 2.0**-20  # of the time since the start, where exponentials are numbers yet
_SLIGHT = 1e-13  # rounding that needs no explanation
_SMALLEST, _LARGEST = 1e-290, 1e300  # beyond, doubles lose digits with good reason

Point = Mapping[str, Any]
Before = Callable[[Precise, Mapping[str, Any]], Mapping[str, Any]]


class Gaps(NamedTuple):
    """What was found at one point."""

    residual: float
    start: float
    rounding: float


class Examiner:
    """Puts one closed form back into its equation, point by point."""

    def __init__(self, system: FirstOrderSystem, solved: Solved, before: Before) -> None:
        n = len(solved.tape.outputs)
        own = range(system.n_states - n, system.n_states)
        self.time, self.t0, self.states = system.time, system.t0, system.states[own.start :]
        self.others = dict.fromkeys(system.states, 0.0)  # those that a rate needs come in its place
        self.field, self.start = system.vector_field.select(own), system.start.select(own)
        self.before, self.tape, self.holds = before, solved.tape, solved.holds
        self.soon_told = [*_soon_told(solved)]
        self.precise, self.switches = Precise(DIGITS), switches(system)
        self.known: dict[tuple[Any, ...], Mapping[str, Any]] = {}  # others at points
        self.plain = solved.tape if solved.holds is None else beside(solved.tape, solved.holds)
        self.numbers: dict[tuple[Any, ...], tuple[float, ...]] = {}  # of that at points
        formula = solved.formula
        self.formula = OnTape(formula, self.time) if isinstance(formula, Tape) else formula

    def gaps(self, point: Point) -> list[Gaps]:
        """Return the gaps of the formula and of the tape at a point, none where undefined."""
        if not self._is_valid(point) or self._is_at_jump(point):
            return []
        exact = self._put_back(point)
        if exact is None:  # a point that happens to be degenerate is judged by the limit
            hole = self._hole(point)
            return hole and (self.gaps_of_limit(point) or hole)
        return [Gaps(exact.residual, exact.start, self._rounding(exact, point))]

    def gaps_of_limit(self, point: Point) -> list[Gaps]:
        """Return the gaps of the tape alone where the formula is undefined."""
        if not self._is_valid(point) or self._is_at_jump(point):
            return []
        exact = self._put_back(point)
        if exact is not None:
            return [Gaps(exact.residual, exact.start, self._rounding(exact, point))]
        sooner = self._sooner(point)
        soon = self._put_back(sooner)
        if soon is not None:  # no limit is missing: exponentials are beyond all numbers later on
            early = Gaps(soon.residual, soon.start, self._rounding(soon, sooner))
            return [early, *self._hole_of_tape(point)]
        if not self._is_possible(point):
            return []
        more = Precise(3 * DIGITS)
        step = more.context.mpf(10) ** -_BESIDE
        beside = {n: more.context.mpf(v) + i * step for i, (n, v) in enumerate(point.items(), 1)}
        y = self.formula.values(more, beside)
        if not all(map(math.isfinite, y)):
            return self._hole_of_tape(point)
        y = [v if abs(v) > step**0.5 else 0 for v in y]  # zero, but for being beside it
        start = self.precise(self.start, point)
        return [Gaps(0.0, 0.0, self._rounding(_PutBack(y, start, 0.0, 0.0, ([], [])), point))]

    def _sooner(self, point: Point) -> Point:
        return {**point, self.time: self.t0 + (point[self.time] - self.t0) * _SOON}

    def _begin(self, point: Point) -> Point:
        return {**point, self.time: self.t0}

    def _is_valid(self, point: Point) -> bool:
        """Tell whether the solution is returned there: doubles decide that, here as later.

        Not where a special function would take longest: there are other points.
        """
        points = point, self._begin(point)
        told = (tape(*(p[n] for n in tape.inputs)) for tape in self.soon_told for p in points)
        if not all(map(all, told)):
            return False
        return self.holds is None or all(self._in_doubles(p)[-1] for p in points)

    def _in_doubles(self, point: Point) -> tuple[float, ...]:
        """Return the states, and whether they hold, evaluated once at each point."""
        values = tuple(point[name] for name in self.plain.inputs)
        if values not in self.numbers:
            self.numbers[values] = self.plain(*values)
        return self.numbers[values]

    def _is_at_jump(self, point: Point) -> bool:
        """Tell whether an input jumps there: the state has a corner, and no slope."""
        if self.switches is None:
            return False
        time = self.precise.context.mpf(point[self.time])
        sides = ({**point, self.time: time + side} for side in (-_ASIDE, _ASIDE))
        before, after = (self.precise(self.switches, p) for p in sides)
        return before != after

    def _hole(self, point: Point) -> list[Gaps]:
        """Return an endless gap if the equation can be started from, and the formula cannot."""
        return self._unless(self.formula.values(self.precise, self._begin(point)), point)

    def _hole_of_tape(self, point: Point) -> list[Gaps]:
        begin = self._begin(point)
        return self._unless(self.tape(*(begin[name] for name in self.tape.inputs)), point)

    def _unless(self, found: Sequence[Any], point: Point) -> list[Gaps]:
        """Return an endless gap unless a start that is possible is found."""
        if self._is_possible(point) and not all(map(math.isfinite, found)):
            return [Gaps(math.inf, math.inf, math.inf)]
        return []

    def _is_possible(self, point: Point) -> bool:
        """Tell whether the equation is defined at the start."""
        begin = self._begin(point)
        start = self.precise(self.start, begin)
        return all(map(math.isfinite, (*start, *self._rate(begin, start, self.precise))))

    def _put_back(self, point: Point) -> _PutBack | None:
        """Return how the formula fulfils equation and start, None where it is undefined.

        A gap that more digits close is none of the formula's: its terms cancel there.
        """
        found = self._gaps_at(point, self.precise)
        if found and max(found.residual, found.start) > EXACT:
            found = self._gaps_at(point, Precise(2 * DIGITS), found)
        return found

    def _gaps_at(
        self, point: Point, precise: Precise, before: _PutBack | None = None
    ) -> _PutBack | None:
        y, slope = curve(self.formula, precise, point)
        if not all(map(math.isfinite, y)):
            return None
        rate = self._rate(point, y, precise)
        begin = self._begin(point)
        start = precise(self.start, point)
        begun = self._begun(precise, begin, start)
        if not all(map(math.isfinite, (*slope, *rate, *begun, *start))):
            return None
        changes = [0.0] * len(y)
        least = [_NOTHING * abs(r) for r in self._rate(begin, start, precise)]
        if worst(map(gap, slope, rate)) > EXACT:  # what cancels there?
            moved = [v * (1 + i * _NUDGE) for i, v in enumerate(y, 1)]
            changes = _changes(self._rate(point, moved, precise), rate)
            far = self._rate(point, start, precise)  # nothing changes at a start that is at rest
            pairs = zip(least, far, strict=True)
            least = [max(v, _NOTHING * abs(r)) if math.isfinite(r) else v for v, r in pairs]
        slight: Any = _NOTHING * max(abs(v) for v in (*y, *start))
        nothing = [0.0] * len(y)
        errors = before.errors if before else (nothing, nothing)
        return _PutBack(
            y, start,
            worst(map(gap, slope, rate, changes, least, errors[0])),
            worst(gap(b, s, e, slight) for b, s, e in zip(begun, start, errors[1], strict=True)),
            ([abs(a - b) for a, b in zip(slope, rate, strict=True)],
             [abs(a - b) for a, b in zip(begun, start, strict=True)]),
        )  # fmt: skip

    def _begun(self, precise: Precise, begin: Point, start: Sequence[Any]) -> Sequence[Any]:
        """Return the states at the start, that being the double or the decimal it means.

        A constant of a formula means 1/5 where it is 0.2, which is not quite the double.
        """
        found = self.formula.values(precise, begin)
        if worst(map(gap, found, start)) <= EXACT:
            return found
        meant = self.formula.values(precise, {**begin, self.time: precise.meant(self.t0)})
        return min(found, meant, key=lambda values: _distance(values, start))

    def _rate(self, point: Point, y: Sequence[Any], precise: Precise) -> tuple[Any, ...]:
        own = dict(zip(self.states, y, strict=True))
        key = (precise.digits, *point.values())
        if key not in self.known:
            self.known[key] = self.before(precise, point)
        return precise(self.field, {**self.others, **self.known[key], **point, **own})

    def _rounding(self, exact: _PutBack, point: Point) -> float:
        """Return the error in floating point, relative to what rounding its inputs explains."""
        values = self._in_doubles(point)[: len(self.tape.outputs)]
        error = _error(values, exact, [0.0] * len(values))
        if error <= _SLIGHT:
            return error
        if not all(map(math.isfinite, values)) and self._is_beyond(point):
            return 0.0
        moved = {n: v * (1 + i * _NUDGE) for i, (n, v) in enumerate(point.items(), 1)}
        return _error(values, exact, _changes(self.formula.values(self.precise, moved), exact.y))

    def _is_beyond(self, point: Point) -> bool:
        """Tell whether next to values that are zero the solution is no double, as 0*exp(1000)."""
        aside = {n: v or _NUDGE for n, v in point.items()}
        if aside == {**point}:
            return False
        return any(abs(y) >= _LARGEST for y in self.formula.values(self.precise, aside))


def _soon_told(solved: Solved) -> Iterator[Tape]:
    """Yield conditions for a point that take microseconds."""
    if solved.holds is not None:
        yield without_functions(solved.holds)
    if isinstance(solved.formula, Tape):
        yield manageable(solved.formula)


def beside(*tapes: Tape) -> Tape:
    """Return tapes of the same inputs as one, what they share computed once."""
    builder = Builder(tapes[0].inputs)
    return builder.finish(v for tape in tapes for v in builder.inline(tape, builder.inputs))


def _distance(values: Sequence[Any], start: Sequence[Any]) -> float:
    """Return the largest difference, endless where a value is no number."""
    gaps = (float(abs(v - s)) for v, s in zip(values, start, strict=True))
    return worst(gap if gap == gap else math.inf for gap in gaps)


def _error(values: Sequence[float], exact: _PutBack, sizes: Sequence[Any]) -> float:
    rows = zip(values, exact.y, exact.begin, sizes, strict=True)
    return worst(gap(v, y, b, s, _SMALLEST) for v, y, b, s in rows if abs(y) < _LARGEST)


def _changes(moved: Sequence[Any], values: Sequence[Any]) -> list[Any]:
    """Return how fast numbers change with a relative change of what they are made of."""
    pairs = zip(moved, values, strict=True)
    return [(m - v) / _NUDGE if math.isfinite(m) else 0 for m, v in pairs]


def values_of(solved: Solved, precise: Precise, point: Point) -> Sequence[Any]:
    """Return a solution with many digits; where its formula is 0/0, its tape."""
    if not isinstance(solved.formula, Tape):
        return solved.formula.values(precise, point)
    values = precise(solved.formula, point)
    finite = all(map(precise.context.isfinite, values))
    return values if finite else precise(solved.tape, point)


class OnTape:
    """A formula on a tape, with many digits.

    Parameters
    ----------
    tape
        The formula.
    time
        The input by which slopes are taken.
    """

    def __init__(self, tape: Tape, time: str) -> None:
        self.tape, self.slope = tape, derivative(tape, time)
        self.curve = beside(tape, self.slope)

    def shown(self, notation: Notation) -> tuple[Shown, ...]:
        """Return the formulas."""
        return tuple(notation.answer(self.tape.select([i])) for i in range(len(self.tape.outputs)))

    def values(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return the values."""
        return precise(self.tape, point)

    def slopes(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return the derivatives by time."""
        return precise(self.slope, point)


def curve(formula: Written, precise: Precise, point: Point) -> tuple[Sequence[Any], Sequence[Any]]:
    """Return values and slopes at a point, what both are made of computed once."""
    if not isinstance(formula, OnTape):
        y = formula.values(precise, point)
        defined = all(map(math.isfinite, y))
        return y, formula.slopes(precise, point) if defined else ()
    both = precise(formula.curve, point)
    n = len(formula.tape.outputs)
    return both[:n], both[n:]


class _PutBack(NamedTuple):
    """A solution at a point: its values, and how it fulfils equation and start."""

    y: Sequence[Any]
    begin: Sequence[Any]
    residual: float
    start: float
    errors: tuple[Sequence[Any], Sequence[Any]]


def gap(left: Any, right: Any, *sizes: Any) -> float:
    """Return the difference relative to the largest number involved."""
    size = max(abs(x) for x in (left, right, *sizes))
    gap = abs(left - right) / size if size else 0.0
    return float(gap) if gap == gap else math.inf


def worst(gaps: Iterable[float]) -> float:
    """Return the largest gap, 0 of none."""
    return max(gaps, default=0.0)
