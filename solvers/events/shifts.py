"""By how much the times of events move with parameters, for sensitivities through those events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...models.structure.dependencies import JUMPING
from ...models.system import BEFORE
from ...models.tape import Tape
from ..arrays import BatchTime, Bool, Float, Int, StateBatch
from ..evaluate import RowsFunction, rows_function, system_arguments
from ..problem import InitialValueProblem
from .foresight import foreseen
from .triggers import Triggers


def reset_arguments(problem: InitialValueProblem) -> tuple[tuple[str, int | None], ...]:
    """Return the arguments of every reset; with sensitivities the shift of its time is the last."""
    system = problem.system
    plain = ((BEFORE, None), *system_arguments(system.n_states, system.n_parameters))
    return (*plain, ("shift", len(problem.by))) if problem.by else plain


@dataclass(frozen=True, eq=False)
class Shifts:
    """Derivatives of event times by parameters, worked out anew whenever something happens.

    An event that another one sets off happens at the time of that one, and moves as it does; its
    own condition was passed in a leap and says nothing about when.

    Parameters
    ----------
    problem
        With sensitivities.
    triggers
        Conditions that events may set off.
    functions
        For each event the function of (before, t, y, p) to its own derivatives, or None.
    """

    problem: InitialValueProblem
    triggers: Triggers | None
    functions: tuple[RowsFunction | None, ...]

    @classmethod
    def over(cls, problem: InitialValueProblem, triggers: Triggers | None) -> Shifts | None:
        """Return the shifts of a problem's events; None without sensitivities."""
        if not problem.by:
            return None
        arguments = reset_arguments(problem)[:-1]
        functions = tuple(
            e.shift and rows_function(e.shift, "shift", arguments) for e in problem.system.events
        )
        return cls(problem, triggers, functions)

    def own(self, i: Int, before: BatchTime, t: BatchTime, y: StateBatch, fired: Bool) -> Float:
        """Return those of events that nothing has set off, (event, parameter, batch)."""
        found = np.zeros((len(fired), len(self.problem.by), len(i)))
        for e, function in enumerate(self.functions):
            some = np.flatnonzero(fired[e])
            if function is not None and some.size:
                p = self.problem.p[:, i[some]]
                found[e][:, some] = function(before[some], t[some], y[:, some], p)
        self._with_inputs(found, fired)
        return found

    def _with_inputs(self, shifts: Float, fired: Bool) -> None:
        """Let a condition on an input that jumps move with the jump that made it hold."""
        system, events = self.problem.system, self.problem.system.events
        known = [event.occasion is not None or foreseen(system, event) for event in events]
        jumps = [e for e, event in enumerate(events)
                 if known[e] and not event.label and fired[e].any()]  # fmt: skip
        for e, event in enumerate(events):
            if event.trigger and (event.label or not known[e]) and leaps(event.trigger):
                for jump in jumps:
                    which = fired[e] & fired[jump]
                    shifts[e][:, which] = shifts[jump][:, which]

    def pass_on(
        self, shifts: Float, fired: Bool, e: int, i: Int, some: Int, t: BatchTime,
        ends: tuple[StateBatch, StateBatch],
    ) -> None:  # fmt: skip
        """Let move with an event what it sets off, beside what has `fired` at the same time.

        Parameters
        ----------
        shifts
            (event, parameter, batch), written to.
        fired
            What happens of its own accord, (event, batch).
        e, some
            The event, and to which of the trajectories `i` it happened.
        t, ends
            When, (batch,), and the states before and after it, of `some`.
        """
        if self.triggers is None or not some.size:
            return
        held, holds = (self.triggers.conditions.at(i[some], t[some], y) > 0 for y in ends)
        new = holds & ~held & ~fired[self.triggers.events][:, some]
        for c, which in zip(self.triggers.events, new, strict=True):
            shifts[c][:, some[which]] = shifts[e][:, some[which]]


def leaps(trigger: Tape) -> bool:
    """Tell whether a condition may begin to hold in a leap, without passing through zero."""
    return any(node.op in JUMPING and node.op != "eq" for node in trigger.nodes)
