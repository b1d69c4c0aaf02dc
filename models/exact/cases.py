"""Values of parameters at which a formula is none: there the equation is solved on its own.

Where a rate vanishes, two are equal or a sign is another, a formula may be 0/0 or not real although
the equation is as good as any. The system with that put in has a closed form of its own, which is
chosen on the tape; the formula is printed as it was.

What was put in is a number there, by which nothing can be differentiated: so the system is solved
together with its sensitivity s to the parameter, and y + (p - p_0)*s is chosen, which has the value
and the slope at p_0. Without a closed form of s the slope is nan, never silently zero.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations, islice
from random import Random

from ..notation import Notation, chain
from ..sensitivity import sensitivity_name
from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value
from .apart import closure
from .case import Case
from .derivation import Derivation, Step
from .form import ClosedForm
from .part import Part
from .proof.certificate import Certificate
from .proof.points import Point, points

_EVALUATED = 100_000  # values on tapes, about, for pairs
_MOST = 15  # pairs
_NUMBERS = 6  # that parameters are compared with
_DRAWN = 3  # points at which a case is looked at
_LOOKS = 9  # points at which a formula may be a number in a case
_SOON = 2.0**-12  # of a time: a solution that ends ends later
Solve = Callable[[FirstOrderSystem, ClosedForm | None], ClosedForm | None]


def with_cases(exact: ClosedForm, solve: Solve, check: Callable[[], None]) -> Iterator[ClosedForm]:
    """Yield a closed form with one more case each time.

    Parameters
    ----------
    exact
        The closed form.
    solve
        Finds the closed form of another system, None where there is none; of some of its states
        it may be known.
    check
        Raises where time is up.
    """
    system = exact.system
    valued = {i: _valued(system, part.solved.tape) for i, part in enumerate(exact.parts)}
    for likely in _cases(exact):
        plain, known = exact, list[_Known]()
        for case in likely:
            check()
            missing = [
                i for i, p in valued.items()
                if p and _is_missing(exact, i, case.moved(p)) and _says_nothing(exact, i, case)
            ]  # fmt: skip
            found = _of_case(exact, case, missing, solve) if missing else None
            if found is not None:
                known.append(found)
                exact = found.joined(exact)
                yield exact
        for exact in _with_slopes(plain, known, solve):
            yield exact


@dataclass(frozen=True)
class _Known:
    """A case that is solved.

    Parameters
    ----------
    case
        The case.
    missing
        Positions of the parts that have no value there.
    own
        The system of these and of all they depend on.
    found
        Its solution where this is the case.
    """

    case: Case
    missing: Sequence[int]
    own: FirstOrderSystem
    found: ClosedForm

    def joined(self, exact: ClosedForm) -> ClosedForm:
        """Return a closed form that has the values of the case where that holds."""
        return _joined(exact, self.case, self.missing, self.found)

    def steeper(self, solve: Solve) -> _Known | None:
        """Return the same with slopes by the parameter, None if they are not found."""
        steep = self.case.with_slopes(self.own)
        both = solve(steep, self.found) if steep else None
        if both is None or not {*self.found.states} < {*both.states}:
            return None
        return replace(self, found=both)


def _of_case(exact: ClosedForm, case: Case, missing: Sequence[int], solve: Solve) -> _Known | None:
    """Return the values of a case, None if it has no closed form."""
    asked = {exact.system.states.index(s) for i in missing for s in exact.parts[i].states}
    own = closure(exact.system, sorted(asked))
    found = solve(case.put_in(own), None)
    return None if found is None else _Known(case, missing, own, found)


def _with_slopes(plain: ClosedForm, known: list[_Known], solve: Solve) -> Iterator[ClosedForm]:
    """Yield a closed form with the slopes of one more case each time.

    The values of all that are as likely come first: should time run out, slopes are nan. So do
    the shortest solutions, whose slopes are found soonest.
    """
    for case in sorted(known, key=lambda one: len(one.found.tape.nodes)):
        place, steeper = known.index(case), case.steeper(solve)
        if steeper is not None:
            known[place] = steeper
            yield reduce(lambda exact, one: one.joined(exact), known, plain)


def _cases(exact: ClosedForm) -> Iterator[Iterator[Case]]:
    """Yield what may be the case, the likeliest first."""
    used, signed = exact.tape.used(), exact.system.positive
    names = [n for n in exact.system.parameters if n in used]
    free = [n for n in names if n not in signed]
    yield iter((*map(Case, free), *_numbers(exact, free)))
    pairs = min(_MOST, _EVALUATED // len(exact.tape.nodes))
    yield (Case(*pair) for pair in islice(combinations(reversed(names), 2), pairs))
    yield (Case(name, negative=True) for name in free)


def _numbers(exact: ClosedForm, names: Sequence[str]) -> Iterator[Case]:
    """Yield numbers that a parameter is compared with, as in 1/(a - 1)."""
    seen = set[tuple[str, float]]()
    for part in exact.parts:
        tape = part.solved.tape
        for op, args, _ in tape.nodes:
            places = [tape.nodes[a] for a in args] if op in ("add", "sub") else []
            known = [n.value for n in places if n.op == "const"]
            given = [tape.inputs[a] for a in args if a < len(tape.inputs)] if known else []
            for name in given:
                value = -known[0] if op == "add" else known[0]
                if name in names and (name, value) not in seen and len(seen) < _NUMBERS:
                    seen.add((name, value))
                    yield Case(name, number=value)


def _valued(system: FirstOrderSystem, tape: Tape) -> Point | None:
    """Return a point, all values positive, at which a solution has a value, None if it is rare.

    It is soon after the start: a solution that ends does so later.
    """
    for drawn in islice(points(system, Random(0)), 0, 3 * _DRAWN, 3):
        point = {**drawn, system.time: system.t0 + (drawn[system.time] - system.t0) * _SOON}
        if _is_finite(tape, point):
            return point
    return None


def _is_missing(exact: ClosedForm, i: int, point: Point) -> bool:
    """Tell whether a part has no value at a point although the equation can be started there."""
    if _is_finite(exact.parts[i].solved.tape, point):
        return False
    known = [point[n] for n in exact.system.parameters]
    start = exact.system.start(*known)
    rates = exact.system.vector_field(exact.system.t0, *start, *known)
    return all(map(math.isfinite, (*start, *rates)))


def _says_nothing(exact: ClosedForm, i: int, case: Case) -> bool:
    """Tell whether a formula is no number wherever something is the case.

    What it says elsewhere, on another branch than the one that begins at the start, is believed
    where many digits are asked for. A solution with a name of its own is asked by its tape.
    """
    formula = exact.parts[i].solved.formula
    if not isinstance(formula, Tape):
        return not case.negative
    drawn = islice(points(exact.system, Random(0)), _LOOKS)
    return not any(_is_finite(formula, case.moved(point)) for point in drawn)


def _is_finite(tape: Tape, point: Point) -> bool:
    return all(map(math.isfinite, tape(*(point[n] for n in tape.inputs))))


def _joined(exact: ClosedForm, case: Case, missing: Sequence[int], found: ClosedForm) -> ClosedForm:
    """Return a closed form that has the values of another one where a case holds."""
    parts = list(exact.parts)
    for i in missing:
        if {*parts[i].states} <= {*found.states}:
            parts[i] = _with_case(exact.system, parts[i], case, found)
    steps = tuple(step for part in parts for step in part.solved.steps)
    return replace(exact, parts=tuple(parts), derivation=Derivation(steps))


def _with_case(system: FirstOrderSystem, part: Part, case: Case, found: ClosedForm) -> Part:
    """Return a solution that chooses, and says so; it is returned wherever it is a number."""
    solved = part.solved
    builder = Builder((system.time, *system.parameters))
    there = _near(builder, part.states, case, found)
    elsewhere = builder.inline(solved.tape, case.elsewhere(builder))
    holds = case.holds(builder)
    pairs = zip(there, elsewhere, strict=True)
    values = [holds.apply("select", one, other) for one, other in pairs]
    valued = reduce(Value.__and__, (abs(v) <= math.inf for v in values))
    notation = Notation.of(system)
    step = _step(notation, part.states, case, found)
    whole = replace(
        solved, tape=builder.finish(values), holds=builder.finish([valued]),
        domain=(*solved.domain, _domain(case, notation, part.states, found)),
        steps=(*solved.steps, step),
    )  # fmt: skip
    return replace(part, solved=whole, certificate=Certificate.of_all(
        [replace(c, domain="; ".join(whole.domain)) for c in (part.certificate, found.certificate)]
    ))  # fmt: skip


def _near(builder: Builder, states: Sequence[str], case: Case, found: ClosedForm) -> list[Value]:
    """Return the solution of a case, and with it the slope by what was put in."""
    known = dict(zip(found.states, builder.inline(found.tape, case.there(builder)), strict=True))
    values = [known[s] for s in states]
    if case.negative:
        return values
    beyond = case.beyond(builder)
    no_slope = abs(beyond).apply("sqrt")  # zero, and its derivative is nan
    slopes = [known.get(sensitivity_name(s, case.name)) for s in states]
    terms = [no_slope if s is None else beyond * s for s in slopes]
    return [v + term for v, term in zip(values, terms, strict=True)]


def _step(notation: Notation, states: Sequence[str], case: Case, found: ClosedForm) -> Step:
    """Return what is said of a case: its solution, and the claims of the way to it."""
    own = [part for part in found.parts if not {*states}.isdisjoint(part.states)]
    shown = chain(*(e for part in own for e in part.equations(notation)), sign=", ")
    steps = [step for part in own for step in part.solved.steps]
    claims = tuple(claim for step in steps for claim in step.claims)
    words = f"The case {case.told(notation)} is an equation of its own, solved as such"
    return Step(words, shown, claims, checked=all(step.checked for step in steps))


def _domain(case: Case, notation: Notation, states: Sequence[str], found: ClosedForm) -> str:
    """Return where the solution of a case is valid, for some states.

    Of a negative parameter the solution knows the size: that this is positive goes without saying.
    """
    own = [p.certificate for p in found.parts if not {*states}.isdisjoint(p.states)]
    phrases = list(dict.fromkeys(Certificate.of_all(own).domain.split("; ")))
    told = case.told(notation)
    if case.negative:
        name = notation.name(case.name).text
        everywhere = f"valid for all {notation.name(notation.time).text}"
        phrases = [p for p in phrases if p != f"valid where {name} > 0"] or [everywhere]
        if not any(re.search(rf"\b{re.escape(name)}\b", p) for p in phrases):
            told = f"{name} < 0"
    return f"for {told}: {', '.join(phrases)}"
