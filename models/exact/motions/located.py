"""Solutions along a curve that is known: states and time are functions of a place on it.

The time is an integral over the place and is inverted: for doubles on the tape, with many digits
from where doubles lead. Formulas may have quantities that are roots of equations, as turning points
are.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import Any

from ...notation import Notation, Shown
from ...system import FirstOrderSystem
from ...tape import Builder, Tape, Value
from ...tape.differentiate import derivative
from ...tape.precise import Precise
from ..derivation import Claim
from ..solvable import Point

_DIGITS = 24  # of an integral, compared with doubles
_NEWTON = 12  # steps at the most to a root, each of which doubles the digits

Pace = Callable[[Any], Any]


@dataclass(frozen=True)
class Located(ABC):
    """A solution along a curve.

    Parameters
    ----------
    system
        What is solved; time does not occur in its rates.
    name
        Of the place.
    states, pace
        Each state, and the time per place, from the parameters, the place and the roots.
    begin
        The place at the start, from the parameters and those roots that do not depend on it.
    found
        The place in doubles, from time and the system's parameters; nan where it is not known.
    equations
        The solution in writing.
    roots
        By the name of each: what is zero there, from the parameters, the place, this root and those
        before.
    guesses
        The roots in doubles, from the parameters and the place.
    """

    system: FirstOrderSystem
    name: str
    states: Tape
    pace: Tape
    begin: Tape
    found: Tape
    equations: tuple[Shown, ...]
    roots: Mapping[str, Tape] = field(default_factory=dict[str, Tape])
    guesses: Tape = field(default_factory=lambda: Builder().finish([]))
    _known: dict[tuple[Any, ...], Any] = field(
        default_factory=dict[tuple[Any, ...], Any], repr=False, compare=False
    )
    _fewer: Precise = field(default_factory=lambda: Precise(_DIGITS), repr=False, compare=False)

    @abstractmethod
    def late(self, pace: Pace, begin: Any, end: Any, elapsed: Any, context: Any) -> Any:
        """Return how much later than asked a place is reached."""
        ...

    def shown(self, notation: Notation) -> tuple[Shown, ...]:
        """Return the equations."""
        return self.equations

    def values(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return every state with many digits."""
        return precise(self.states, self._at(precise, point))

    def slopes(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return the derivatives by time, those by the place over the time it takes."""
        at = self._at(precise, point)
        (pace,) = precise(self.pace, at)
        return [s / pace if pace else precise.context.nan for s in precise(self._slopes, at)]

    @cached_property
    def _slopes(self) -> Tape:
        """Each state's derivative by the place, roots being functions of it."""
        builder = Builder(self.states.inputs)
        moved: dict[str, Value] = {self.name: builder.constant(1.0)}
        for name, root in self.roots.items():
            if not moved.keys().isdisjoint(root.used()):
                change = _along(builder, root, moved)[0]
                moved[name] = -change / _put(builder, derivative(root, name))[0]
        return builder.finish(_along(builder, self.states, moved), self.states.inputs)

    @cached_property
    def _bends(self) -> Mapping[str, Tape]:
        return {name: derivative(root, name) for name, root in self.roots.items()}

    def _at(self, precise: Precise, point: Point) -> Point:
        """Return a point with its place and roots, found once."""
        key = (precise.digits, *point.values())
        if key not in self._known:
            place = self._place(precise, point)
            self._known[key] = self._with_roots(precise, {**point, self.name: place})
        return self._known[key]

    def _with_roots(self, precise: Precise, point: Point) -> Point:
        """Return a point with the roots, by Newton's method from where doubles lead.

        Those that are known and do not depend on the place are kept.
        """
        context, known = precise.context, dict(point)
        missing = [n for n, r in self.roots.items() if n not in known or self.name in r.used()]
        if not missing:
            return known
        near = self.guesses(*(float(point[n]) for n in self.guesses.inputs))
        for (name, root), guess in zip(self.roots.items(), near, strict=True):
            if name not in missing:
                continue
            known[name] = context.mpf(guess)
            for _ in range(_NEWTON):
                (gap,), (slope,) = precise(root, known), precise(self._bends[name], known)
                step = gap / slope if gap else context.zero
                known[name] -= step
                # the next step would be about the square of this one
                if not abs(step) ** 2 > abs(known[name]) ** 2 * context.eps:
                    break
        return known

    def _place(self, precise: Precise, point: Point) -> Any:
        """Return the place at a time: the integral decides, from where doubles lead.

        That the equations are fulfilled does not depend on where exactly it is.
        """
        context, time, t0 = precise.context, self.system.time, self.system.t0
        still = self._with_roots(precise, {**point, self.name: context.zero})
        if point[time] == t0:
            return precise(self.begin, still)[0]
        place = self._near(point)
        if not isfinite(place):
            return context.nan
        fewer = self._fewer.context

        def pace(u: Any) -> Any:
            return self._fewer(self.pace, self._with_roots(self._fewer, {**still, self.name: u}))[0]

        begin, end = self._fewer(self.begin, still)[0], fewer.mpf(place)
        late = self.late(pace, begin, end, fewer.mpf(point[time]) - t0, fewer)
        return context.mpf(end - late / pace(end))

    def _near(self, point: Point) -> float:
        """Return the place in doubles, found once."""
        numbers = tuple(float(point[name]) for name in self.found.inputs)
        if numbers not in self._known:
            self._known[numbers] = self.found(*numbers)[0]
        return self._known[numbers]

    def is_at(self, point: Point) -> bool:
        """Tell whether the place is known in doubles."""
        return isfinite(self._near(point))

    def fulfils(self) -> tuple[Claim, ...]:
        """Claim that it fulfils the equations at every place, whatever the roots are."""
        system = self.system
        builder = Builder(self.states.inputs)
        known = dict(zip(builder.names, builder.inputs, strict=True))
        values, changes = (_put(builder, tape) for tape in (self.states, self._slopes))
        (pace,) = _put(builder, self.pace)
        at = known | dict(zip(system.states, values, strict=True))
        at[system.time] = builder.constant(system.t0)  # which does not occur
        rates = builder.inline(system.vector_field, [at[n] for n in system.vector_field.inputs])
        pairs = zip([c / pace for c in changes], rates, strict=True)
        return tuple(Claim(builder.formula(a), builder.formula(b)) for a, b in pairs)


def _put(builder: Builder, tape: Tape) -> list[Value]:
    return builder.inline(tape, [builder.input(n) for n in tape.inputs])


def _along(builder: Builder, tape: Tape, moved: Mapping[str, Value]) -> list[Value]:
    """Return the derivative of a tape where several of its inputs move."""
    total = [builder.constant(0.0) for _ in tape.outputs]
    for name, pace in moved.items():
        if name in tape.used():
            slopes = _put(builder, derivative(tape, name))
            total = [v + s * pace for v, s in zip(total, slopes, strict=True)]
    return total


@dataclass(frozen=True)
class Either:
    """A solution in several cases: where one of them knows the place, it holds.

    Parameters
    ----------
    cases
        Of which none or one knows it.
    """

    cases: tuple[Located, ...]
    _known: dict[tuple[Any, ...], Located] = field(
        default_factory=dict[tuple[Any, ...], Located], repr=False, compare=False
    )

    def shown(self, notation: Notation) -> tuple[Shown, ...]:
        """Return the equations, those that cases share once."""
        return tuple(dict.fromkeys(e for case in self.cases for e in case.shown(notation)))

    def values(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return every state with many digits."""
        return self._case(point).values(precise, point)

    def slopes(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return the derivatives by time."""
        return self._case(point).slopes(precise, point)

    def _case(self, point: Point) -> Located:
        key = tuple(map(float, point.values()))
        if key not in self._known:
            self._known[key] = next(filter(lambda c: c.is_at(point), self.cases), self.cases[0])
        return self._known[key]
