"""Solutions of several blocks as one, where some are formulas and others have a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..notation import Notation, Shown, chain
from ..tape import Tape
from ..tape.differentiate import derivative
from ..tape.precise import Precise
from .solvable import Point, Written


@dataclass(frozen=True)
class Together:
    """States of several solutions.

    Parameters
    ----------
    time
        The independent variable.
    states
        Names of all states, in their order.
    formulas
        The solutions, by the states they are of.
    """

    time: str
    states: tuple[str, ...]
    formulas: Mapping[tuple[str, ...], Tape | Written]

    def shown(self, notation: Notation) -> tuple[Shown, ...]:
        """Return the equations of each solution."""
        return tuple(dict.fromkeys(self._shown(notation)))

    def _shown(self, notation: Notation) -> Iterator[Shown]:
        for states, formula in self.formulas.items():
            if not isinstance(formula, Tape):
                yield from formula.shown(notation)
                continue
            for i, state in enumerate(states):
                if not state.endswith("'"):
                    answer = notation.answer(formula.select([i]))
                    yield chain(notation.in_time(state), answer)

    def values(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return every state with many digits."""
        return self._each(
            lambda f: precise(f, point) if isinstance(f, Tape) else f.values(precise, point)
        )

    def slopes(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return the derivatives by time."""
        return self._each(
            lambda f: (
                precise(derivative(f, self.time), point)
                if isinstance(f, Tape)
                else f.slopes(precise, point)
            )
        )

    def _each(self, of: Callable[[Tape | Written], Sequence[Any]]) -> Sequence[Any]:
        known: dict[str, Any] = {}
        for states, formula in self.formulas.items():
            known.update(zip(states, of(formula), strict=True))
        return [known[s] for s in self.states]
