"""A part of a closed form: the solution of states that depend on one another; parts as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from ..names import symbol_names
from ..notation import Notation, Shown, chain, telling
from ..tape import Builder, Tape, Value
from .abbreviated import meant, roots_named
from .proof.certificate import Certificate
from .solvable import Solved, Written


@dataclass(frozen=True)
class Part:
    """The solution of states that depend on one another.

    Parameters
    ----------
    states
        Their names.
    solved
        The solution, its steps checked.
    certificate
        Its own.
    """

    states: tuple[str, ...]
    solved: Solved
    certificate: Certificate

    def equations(self, notation: Notation, told: Sequence[str] = ()) -> tuple[Shown, ...]:
        """Return the solution in writing.

        A state that is the slope of another one, of this part or told beside it, says nothing new.
        """
        formula = self.solved.formula
        if isinstance(formula, Written):
            return formula.shown(notation)
        shown = [i for i in telling((*self.states, *told)) if i < len(self.states)]
        if not shown:
            return ()
        tape, letters = roots_named(formula.select(shown), notation)
        rows = (
            chain(notation.in_time(self.states[i]), notation.answer(tape.select([row])))
            for row, i in enumerate(shown)
        )
        return (*rows, *meant(letters, notation))

    def __str__(self) -> str:
        time, *parameters = self.solved.tape.inputs
        symbols = symbol_names((time, *self.states, *parameters))
        rows = [equation.text for equation in self.equations(Notation(time, symbols, {}))]
        return "\n".join([*rows, str(self.certificate)])

    __repr__ = __str__


def together(
    inputs: Sequence[str], tapes: Mapping[tuple[str, ...], Tape], states: Iterable[str]
) -> Tape:
    """Return the solutions of several parts as one tape.

    Parameters
    ----------
    inputs
        Time and all parameters.
    tapes
        By the states that each gives.
    states
        All of them, in the order of the outputs.
    """
    builder = Builder(inputs)
    values = {
        state: value
        for given, tape in tapes.items()
        for state, value in zip(given, builder.inline(tape, builder.inputs), strict=True)
    }
    return builder.finish(values[state] for state in states)


def holding(parts: Iterable[Part]) -> Tape | None:
    """Return the conditions under which all parts hold as one, None where there is none."""
    conditions = [p.solved.holds for p in parts if p.solved.holds is not None]
    if not conditions:
        return None
    builder = Builder(conditions[0].inputs)
    values = (builder.inline(tape, builder.inputs)[0] for tape in conditions)
    return builder.finish([reduce(Value.__and__, values)])
