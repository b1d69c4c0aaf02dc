"""A closed form through events: which way leads there, its derivation and its certificate."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from random import Random

from ...errors import NoClosedFormError, listing
from ...notation import Notation
from ...system import FirstOrderSystem
from ...tape import Tape
from ...tape.precise import Precise
from ..budget.clock import Clock
from ..derivation import Step
from ..form import ClosedForm
from ..part import Part
from ..pieces import piece
from ..proof.certificate import Certificate, checked, in_words
from ..proof.examine import DIGITS, gap, worst
from ..proof.points import points
from ..solvable import Solved, unless
from .account import Printing
from .course import begun, course, holds, in_any_order
from .flow import Flow
from .periodic import period, rounds, written
from .rounds import added, one_round, response, rounds_of_one, sum_of_doses
from .schedule import Due, schedule
from .story import Construction, Story
from .walk import Walk

_POINTS, _ATTEMPTS = 16, 800
_TRIED = 24  # sets of values, for an order in which events are written
_ROUNDS = 5.0  # of a series that the certificate looks at
_NUDGE = 2.0**-20
_SMALLEST = 1e-290
Search = Callable[[FirstOrderSystem], ClosedForm]


def through_events(
    system: FirstOrderSystem, values: Mapping[str, float], search: Search, seed: int, clock: Clock
) -> Part:
    """Return the solution of all states through events at times that are formulas.

    Parameters
    ----------
    system
        With its events.
    values
        Of parameters, as far as known; they decide in which order events are taken.
    search
        Finds the closed form of a piece.
    seed
        Of the random points of the certificate.
    clock
        The time left.

    Raises
    ------
    NoClosedFormError
        If a time depends on the states, a piece has no closed form, or the events repeat in a way
        for which there is no formula.
    """
    dues, between = _in_order(system, values), piece(system)
    found = search(between.system)
    if found.remaining:
        raise NoClosedFormError(found.reason)
    flow = Flow.safe(system, between, found)
    construction = _construction(flow, dues, values)
    walk = Walk(flow, dues, construction.shown)
    steps = _steps(flow, dues, construction)
    tape, valid = construction.build(flow)
    steps = tuple(checked(steps, seed=seed, clock=clock))
    solved = Solved(walk, unless(tape, valid), construction.domain, steps, valid)
    certificate = _certify(solved, flow, dues, seed, clock)
    if not certificate.valid:
        raise NoClosedFormError(
            f"a solution through the events was found for {listing(system.states)} but is not "
            f"returned, because it did not pass: {certificate}"
        )
    return Part(system.states, solved, certificate)


def _steps(flow: Flow, dues: Sequence[Due], construction: Construction) -> Iterable[Step]:
    """Return the derivation; where a piece has no formula, that of the piece and the result."""
    if flow.written is not None:
        return Story(flow.written, dues, construction).steps()
    return (*flow.exact.derivation, Step("Begin anew after each event", construction.shown[-1]))


def _construction(flow: Flow, dues: Sequence[Due], values: Mapping[str, float]) -> Construction:
    system, notation = flow.whole, Notation.of(flow.whole)
    time = notation.name(system.time).text
    domain = (f"valid from {time} = {system.t0:g} on",)
    printing = Printing(flow, notation)
    linear = response(flow)
    if linear and all(due.acts and added(due, system) is not None for due in dues):
        shown = printing.of(lambda: printing.sums(dues), dues)
        return Construction(lambda flow: sum_of_doses(flow, dues), shown, domain, adds=True)
    if all(due.once for due in dues):
        any_order = in_any_order(dues)
        told, switches = _turning(dues, _switches(system, dues, values))
        shown = printing.of(lambda: printing.pieces(told, switches), told)
        domain = (*domain, *_order(told, notation, system.t0 if any_order else None))
        return Construction(
            lambda flow: (course(flow, dues), begun(flow) if any_order else holds(flow, dues)),
            shown, domain,
        )  # fmt: skip
    if linear and len(dues) == 1 and one_round(dues[0], system):
        if flow.begun not in flow.tape.used():
            shown = printing.of(lambda: printing.rounds(dues[0]), dues)
            return Construction(lambda flow: rounds_of_one(flow, dues[0]), shown, domain)
    repeated = period(flow, dues)
    if repeated is not None:
        told = written(flow, repeated)
        shown = printing.of(lambda: printing.period(*told), dues)
        return Construction(lambda flow: rounds(flow, repeated), shown, domain)
    raise NoClosedFormError(_endless(dues))


def _endless(dues: Sequence[Due]) -> str:
    labels = dict.fromkeys(d.event.label for d in dues if not d.once and d.event.label)
    what = listing(labels) if labels else "an input that jumps again and again"
    return (
        f"one formula does not go through {what}: it repeats without end, and the equations are "
        "not linear, or other events come between. Give a last time in numbers, as in "
        "`every 24 from 0 to 96: …`; for numbers, piece by piece, there is "
        'solve(model, times, method="exact")'
    )


def _in_order(system: FirstOrderSystem, values: Mapping[str, float]) -> tuple[Due, ...]:
    """Return what happens; where any order will do, one in which much happens after the start."""
    dues = schedule(system, values)
    if not in_any_order(dues):
        return dues

    def at(point: Mapping[str, float]) -> tuple[Due, ...]:
        return tuple(sorted(dues, key=lambda due: _first(due, point)))

    tried = [{**point, **values} for point in islice(points(system, Random(0)), _TRIED)]
    best = max(tried, key=lambda point: _happening(system, at(point), point))
    return at(best)


def _happening(system: FirstOrderSystem, dues: Sequence[Due], point: Mapping[str, float]) -> int:
    """Return how often something happens after the start."""
    later = [due for due in dues if _first(due, point) > system.t0]
    return len(_turning(later, _held(system, later, point))[0])


def _first(due: Due, point: Mapping[str, float]) -> float:
    """Return the first time of an event."""
    return due.times(*(point[n] for n in due.times.inputs))[0]


def _order(dues: Sequence[Due], notation: Notation, t0: float | None) -> Iterator[str]:
    """Yield in which order symbolic times have to be, or are where the start is given."""
    if any(due.first is None for due in dues) and (len(dues) > 1 or t0 is not None):
        times = dict.fromkeys(notation.formula(due.times.select([0])).text for due in dues)
        if t0 is None:
            yield f"where {' <= '.join(times)}"
        else:
            yield f"written for {' <= '.join([f'{t0:g}', *times])}"


def _turning(
    dues: Sequence[Due], switches: Sequence[tuple[float, ...]]
) -> tuple[list[Due], list[tuple[float, ...]]]:
    """Return the events at which something happens, and what jumps in the pieces between them."""
    told, held = list[Due](), [switches[0]]
    for due, after in zip(dues, switches[1:], strict=True):
        if due.acts or after != held[-1]:
            told.append(due)
            held.append(after)
    return told, held


def _switches(
    system: FirstOrderSystem, dues: Sequence[Due], values: Mapping[str, float]
) -> list[tuple[float, ...]]:
    """Return what jumps in each piece, where events are in their order and as many as may be."""
    known = ({**point, **values} for point in points(system, Random(0)))
    ordered = (point for point in known if _is_ordered(system, dues, point))
    tried = list(islice(ordered, _TRIED if in_any_order(dues) else 1))
    return _held(system, dues, max(tried, key=lambda p: _happening(system, dues, p)))


def _is_ordered(system: FirstOrderSystem, dues: Sequence[Due], point: Mapping[str, float]) -> bool:
    times = [max(_first(due, point), system.t0) for due in dues]
    return times == sorted(times)


def _held(
    system: FirstOrderSystem, dues: Sequence[Due], point: Mapping[str, float]
) -> list[tuple[float, ...]]:
    """Return what jumps in each piece at a point."""
    begins = [system.t0, *(max(_first(due, point), system.t0) for due in dues)]
    own = [point[n] for n in system.parameters]
    ends = [*begins[1:], begins[-1] + 1.0]
    switches = piece(system).switches
    return [switches(0.5 * (a + b), *own) for a, b in zip(begins, ends, strict=True)]


# ---- certificate -----------------------------------------------------------------------------


def _certify(
    solved: Solved, flow: Flow, dues: Sequence[Due], seed: int, clock: Clock
) -> Certificate:
    """Return the certificate of the piece, with the whole compared with a walk along its events."""
    of_piece, precise = flow.exact.certificate, Precise(DIGITS)
    random, errors = Random(seed), list[float]()
    drawn = points(flow.whole, random)
    for _ in range(_ATTEMPTS):
        clock.check()
        point = _timed(next(drawn), flow.whole, dues, random)
        error = _error(solved, precise, point)
        errors += [] if error is None else [error]
        if len(errors) == _POINTS:
            break
    return replace(
        of_piece, rounding=worst((of_piece.rounding, *errors)),
        points=min(len(errors), of_piece.points),
        domain=in_words(solved.domain),
    )  # fmt: skip


def _timed(
    point: Mapping[str, float], system: FirstOrderSystem, dues: Sequence[Due], random: Random
) -> Mapping[str, float]:
    """Return a point with a time between the start and a bit beyond the events."""
    ends = [system.t0 + 1.0]
    for due in dues:
        first, period, _ = due.times(*(point[n] for n in due.times.inputs))
        ends.append(first if due.once else first + _ROUNDS * abs(period))
    until = max(e for e in ends if math.isfinite(e))
    return {**point, system.time: system.t0 + 1.25 * (until - system.t0) * random.random()}


def _error(solved: Solved, precise: Precise, point: Mapping[str, float]) -> float | None:
    """Return the error of the tape, relative to what rounding its inputs explains."""
    found = solved.tape(*(point[n] for n in solved.tape.inputs))
    assert not isinstance(solved.formula, Tape)
    wanted = solved.formula.values(precise, point)
    if not all(map(math.isfinite, (*found, *wanted))):
        return None
    error = worst(gap(f, w, _SMALLEST) for f, w in zip(found, wanted, strict=True))
    if error <= 1e-13:
        return error
    moved = {n: v * (1 + i * _NUDGE) for i, (n, v) in enumerate(point.items(), 1)}
    beside = solved.formula.values(precise, moved)
    rows = zip(found, wanted, beside, strict=True)
    return worst(gap(f, w, (b - w) / _NUDGE if math.isfinite(b) else 0, _SMALLEST)
                 for f, w, b in rows)  # fmt: skip
