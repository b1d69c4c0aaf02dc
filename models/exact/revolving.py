"""Solutions on closed orbits: states and time are functions of an angle, and the time is inverted.

The time one turn takes, and that to an angle, are integrals of the time per angle. Formulas may
have quantities that are roots of equations, as turning points are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import Any

from ..notation import Notation, Shown
from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value
from ..tape.differentiate import derivative
from ..tape.precise import Precise
from ..tape.quadrature import precisely
from .derivation import Claim
from .solvable import Point

_DIGITS = 24  # of an integral, compared with doubles
_RULES = 10, 20, 40, 80  # nodes
_ANGLES = 64  # of one turn: its mean converges as fast again as the series in doubles
_WITHIN = 1e-3  # relative, of the time to an angle, beyond which turns were left out
_NEWTON = 12  # steps at the most to a root, each of which doubles the digits


@dataclass(frozen=True)
class Revolving:
    """A solution on closed orbits.

    Parameters
    ----------
    system
        What is solved; time does not occur in its rates.
    name
        Of the angle, φ.
    states, pace
        Each state, and dt/dφ, from the parameters, φ and the roots.
    begin
        φ at the start, from the parameters and those roots that do not depend on φ.
    roots
        By the name of each: what is zero there, from the parameters, φ, this root and those before.
    guesses
        The roots in doubles, from the parameters and φ.
    found
        φ in doubles, from time and the system's parameters.
    equations
        The solution in writing.
    """

    system: FirstOrderSystem
    name: str
    states: Tape
    pace: Tape
    begin: Tape
    roots: Mapping[str, Tape]
    guesses: Tape
    found: Tape
    equations: tuple[Shown, ...]
    _known: dict[tuple[Any, ...], Any] = field(
        default_factory=dict[tuple[Any, ...], Any], repr=False, compare=False
    )
    _fewer: Precise = field(default_factory=lambda: Precise(_DIGITS), repr=False, compare=False)

    def shown(self, notation: Notation) -> tuple[Shown, ...]:
        """Return the equations."""
        return self.equations

    def values(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return every state with many digits."""
        return precise(self.states, self._at(precise, point))

    def slopes(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return the derivatives by time, those by the angle over the time it takes."""
        at = self._at(precise, point)
        (pace,) = precise(self.pace, at)
        return [s / pace if pace else precise.context.nan for s in precise(self._slopes, at)]

    @cached_property
    def _slopes(self) -> Tape:
        """Each state's derivative by the angle, roots being functions of it."""
        builder = Builder(self.states.inputs)
        moved: dict[str, Value] = {self.name: builder.constant(1.0)}
        for name, root in self.roots.items():
            change = _along(builder, root, moved)[0]
            moved[name] = -change / _put(builder, derivative(root, name))[0]
        return builder.finish(_along(builder, self.states, moved), self.states.inputs)

    @cached_property
    def _bends(self) -> Mapping[str, Tape]:
        return {name: derivative(root, name) for name, root in self.roots.items()}

    def _at(self, precise: Precise, point: Point) -> Point:
        """Return a point with its angle and roots, found once."""
        key = (precise.digits, *point.values())
        if key not in self._known:
            angle = self._angle(precise, point)
            self._known[key] = self._with_roots(precise, {**point, self.name: angle})
        return self._known[key]

    def _with_roots(self, precise: Precise, point: Point) -> Point:
        """Return a point with the roots, by Newton's method from where doubles lead."""
        context, known = precise.context, dict(point)
        near = self.guesses(*(float(point[n]) for n in self.guesses.inputs))
        for (name, root), guess in zip(self.roots.items(), near, strict=True):
            known[name] = context.mpf(guess)
            for _ in range(_NEWTON):
                (gap,), (slope,) = precise(root, known), precise(self._bends[name], known)
                step = gap / slope if gap else context.zero
                known[name] -= step
                # the next step would be about the square of this one
                if not abs(step) ** 2 > abs(known[name]) ** 2 * context.eps:
                    break
        return known

    def _angle(self, precise: Precise, point: Point) -> Any:
        """Return the angle at a time, many digits of it."""
        context, time = precise.context, self.system.time
        still = self._with_roots(precise, {**point, self.name: context.zero})
        if point[time] == self.system.t0:
            return precise(self.begin, still)[0]
        (angle,) = self.found(*(float(point[name]) for name in self.found.inputs))
        if not isfinite(angle):
            return context.nan
        fewer = self._fewer.context

        def pace(phi: Any) -> Any:
            at = self._with_roots(self._fewer, {**point, self.name: phi})
            return self._fewer(self.pace, at)[0]

        begin, end = self._fewer(self.begin, still)[0], fewer.mpf(angle)
        took = precisely(pace, begin, end, fewer, _RULES)
        late = took - (fewer.mpf(point[time]) - self.system.t0)
        if abs(late) > _WITHIN * abs(took):
            step = 2 * fewer.pi / _ANGLES
            turn = step * fewer.fsum(pace((j + fewer.mpf(0.5)) * step) for j in range(_ANGLES))
            late -= fewer.nint(late / turn) * turn
        return context.mpf(end - late / pace(end))

    def fulfils(self) -> tuple[Claim, ...]:
        """Claim that it fulfils the equations at every angle, whatever the roots are."""
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
