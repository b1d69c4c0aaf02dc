"""A solution that is a function of another one: x = -log(u), where u is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..notation import Notation, Shown, chain
from ..tape import Tape
from ..tape.differentiate import derivative
from ..tape.precise import Precise
from .solvable import Point, Written


@dataclass(frozen=True)
class Transformed:
    """States as functions of the states of another solution, which may be in a time of its own.

    Parameters
    ----------
    inner
        The other solution.
    names, time
        Its states, and the time.
    states
        Names of the states.
    outer
        Each state, from time, parameters and the other's states.
    there
        The name of its own time, if it has one.
    own
        That time, from time and parameters.
    """

    inner: Written
    names: tuple[str, ...]
    time: str
    states: tuple[str, ...]
    outer: Tape
    there: str = ""
    own: Tape | None = None

    def shown(self, notation: Notation) -> tuple[Shown, ...]:
        """Return the equations of the states, slopes aside, and those of the other solution."""
        own = (
            chain(notation.in_time(s), notation.answer(self.outer.select([i])))
            for i, s in enumerate(self.states)
            if s not in self.names and not s.endswith("'")
        )
        if self.own is None:
            return (*own, *self.inner.shown(notation))
        there = Notation(self.there, notation.symbols, notation.latex_names)
        time = chain(notation.name(self.there), notation.answer(self.own))
        return (*own, *self.inner.shown(there), time)

    def values(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return every state with many digits."""
        inner = self.inner.values(precise, self._there(precise, point))
        return precise(self.outer, {**point, **dict(zip(self.names, inner, strict=True))})

    def slopes(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return the derivatives by time, by the chain rule."""
        there = self._there(precise, point)
        inner = self.inner.values(precise, there)
        pace = 1 if self.own is None else precise(derivative(self.own, self.time), point)[0]
        at = {**point, **dict(zip(self.names, inner, strict=True))}
        total = list(precise(derivative(self.outer, self.time), at))
        for name, slope in zip(self.names, self.inner.slopes(precise, there), strict=True):
            by = precise(derivative(self.outer, name), at)
            total = [s + b * slope * pace for s, b in zip(total, by, strict=True)]
        return total

    def _there(self, precise: Precise, point: Point) -> Point:
        """Return the point of the other solution."""
        return point if self.own is None else {**point, self.there: precise(self.own, point)[0]}
