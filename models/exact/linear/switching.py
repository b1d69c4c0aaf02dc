"""Inputs sorted by when they are switched on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...notation import Notation
from ...tape import Tape, Value
from .affine import Affine
from .forcing import Term
from .identity import Identity


class Switching:
    """The terms of inputs, those there from the start and those that come later.

    Parameters
    ----------
    system
        Whose inputs they are.
    terms
        All of them.
    identity
        Tells equal times.

    Attributes
    ----------
    always
        Terms that are there from the start.
    later
        The others, by the time since the start at which they begin.
    """

    def __init__(self, system: Affine, terms: Sequence[Term], identity: Identity) -> None:
        self.system = system
        groups: dict[object, tuple[Value, list[Term]]] = {}
        self.always: list[Term] = []
        self._forward = any(t.begin is not None for t in terms)
        for term in terms:
            begin = term.begin
            if begin is None or (begin.constant is not None and begin.constant <= 0):
                self.always.append(replace(term, begin=None))
            else:
                groups.setdefault(identity(begin), (begin, []))[1].append(term)
        self.later = list(groups.values())

    @property
    def holds(self) -> Tape | None:
        """The condition under which this order of things is right; None for always."""
        if not self._forward:
            return None
        condition = 0.0 <= self.system.elapsed
        for begin, _ in self.later:
            if begin.constant is None:
                condition = condition * (0.0 <= begin)
        return self.system.on_time([condition])

    def domain(self, notation: Notation) -> tuple[str, ...]:
        """Return where this is valid, in phrases."""
        time = notation.name(notation.time).text
        if not self._forward:
            return (f"valid for all {time}",)
        begins = [
            notation.formula(self.system.on_time([b + self.system.system.t0])).text
            for b, _ in self.later
            if b.constant is None
        ]
        t0 = f"{self.system.system.t0:g}"
        return (
            f"valid from {time} = {t0} on",
            *(f"where {begin} is not before {t0}" for begin in begins),
        )
