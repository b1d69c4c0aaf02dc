"""A closed form through events: which way leads there, its derivation and its certificate."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
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
from .course import course, holds
from .flow import Flow
from .rounds import added, one_round, response, rounds_of_one, sum_of_doses
from .schedule import Due, schedule
from .story import Construction, Story
from .walk import Walk

_POINTS, _ATTEMPTS = 16, 800
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
    dues, between = schedule(system, values), piece(system)
    found = search(between.system)
    if found.remaining:
        raise NoClosedFormError(found.reason)
    flow = Flow.safe(system, between, found)
    construction = _construction(flow, dues)
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


def _construction(flow: Flow, dues: Sequence[Due]) -> Construction:
    system, notation = flow.whole, Notation.of(flow.whole)
    time = notation.name(system.time).text
    domain = (f"valid from {time} = {system.t0:g} on",)
    printing = Printing(flow, notation)
    linear = response(flow)
    if linear and all(due.acts and added(due, system) is not None for due in dues):
        shown = printing.of(lambda: printing.sums(dues), dues)
        return Construction(lambda flow: sum_of_doses(flow, dues), shown, domain, adds=True)
    if all(due.once for due in dues):
        shown = printing.of(lambda: printing.pieces(dues, _switches(flow, dues)), dues)
        domain = (*domain, *_order(dues, notation))
        return Construction(lambda flow: (course(flow, dues), holds(flow, dues)), shown, domain)
    if linear and len(dues) == 1 and one_round(dues[0], system):
        if flow.begun not in flow.tape.used():
            shown = printing.of(lambda: printing.rounds(dues[0]), dues)
            return Construction(lambda flow: rounds_of_one(flow, dues[0]), shown, domain)
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


def _order(dues: Sequence[Due], notation: Notation) -> Iterator[str]:
    """Yield in which order symbolic times have to be."""
    if any(due.first is None for due in dues) and len(dues) > 1:
        times = (notation.formula(due.times.select([0])).text for due in dues)
        yield f"where {' <= '.join(dict.fromkeys(times))}"


def _switches(flow: Flow, dues: Sequence[Due]) -> list[tuple[float, ...]]:
    """Return what jumps in each piece, where events are in their order."""
    system = flow.whole
    for point in points(system, Random(0)):
        known = [point[n] for n in system.parameters]
        times = [max(due.times(*known)[0], system.t0) for due in dues]
        begins = [system.t0, *times]
        if times == sorted(times):
            ends = [*times, begins[-1] + 1.0]
            return [flow.piece.switches(0.5 * (a + b), *known)
                    for a, b in zip(begins, ends, strict=True)]  # fmt: skip
    raise AssertionError("points are endless")


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
