"""Who solves the trajectories of a fit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..arrays import StateBatchTime
from ..backend import Backend, RecordingBackend, with_sensitivities
from ..backends import SHELF
from ..choosing.choice import Choice, numerical
from ..choosing.choose import choose
from ..problem import InitialValueProblem
from ..status import Status

PATIENCE = 1000  # steps of a method of order 8 after which stiffness is the likeliest reason
LOOK = 1e-4  # relative tolerance of a first look at whether a model is stiff
# Parameters from which going back over steps is quicker. Of 64 sets, with 1, 2 and 20 states, going
# forward takes 0.8, 0.9 and 0.4 of the time by one parameter; 1.0, 1.1 and 1.0 by two; 1.0, 1.2 and
# 1.4 by three; with 20 states and 20 parameters 4.7. One set alone, whose way back is made ready,
# takes 0.1 to 0.2 of the time.
MANY_SLOPES = 2
# Derivatives (states x parameters) from which going back is quicker where something happens on the
# way: each piece between two events costs a millisecond, however small. Of 16 sets with 7 events
# going forward takes 0.3 of the time with 24 x 24, and 30 times as long with 28 x 28.
MANY_THROUGH_EVENTS = 700
# Where steps of order 8 are too long to go back over, those of order 5 are gone back over from so
# many parameters on: of 20 states and 50 parameters at 1e-6, in 0.05 of the time of going forward.
SHORT, MANY_FOR_SHORT = ("lanes", "tsit5"), 10
STIFF = "lanes", "rodas5p"  # whose way back is short, for stiff members where others' is not
MANY = 64  # trajectories from which a loop over the batch beats one over its members


@dataclass(frozen=True)
class Route:
    """A choice for many trajectories at once, and one for each member of a search.

    A search must not depend on what else is in its batch, and with compiled lanes it does not.
    Where these cannot solve and nobody asked for a method, members are solved one by one, by a
    method of high order that needs few steps (and is the faster way up to some fifty members);
    those that turn out stiff go to a stiff method.

    Parameters
    ----------
    problem, free
        One of the problems, whose own values decide; and what varies.
    method, device
        What was asked for.
    back
        Who takes the steps that gradients go back over; None where these are carried forward.
    derivatives
        How gradients are taken and why, in words.
    """

    problem: InitialValueProblem
    free: tuple[str, ...]
    method: str
    device: str
    back: Choice | None
    derivatives: str

    @classmethod
    def of(
        cls, problem: InitialValueProblem, free: tuple[str, ...], method: str, device: str
    ) -> Route:
        """Return the way of all problems like this one, decided by its own values.

        Raises
        ------
        UnknownNameError, RefusalError
            As `choose` does.
        """
        back, why = _way_back(problem, len(free), method, device)
        route = cls(problem, free, method, device, back, why)
        if back is None or method != "auto":
            _ = route.each  # whatever is wrong with it is said at once
        return route

    @property
    def many(self) -> Choice:
        """Who solves many at once, with their sensitivities; as `choose` has it."""
        return self._forward[0]

    @property
    def each(self) -> Choice:
        """Who solves each member with its sensitivities: the same, if a method was asked for."""
        return self._forward[1]

    @cached_property
    def _forward(self) -> tuple[Choice, Choice]:
        """Both, found when they are asked for: with many parameters that takes seconds."""
        problem = self.problem
        choice = _chosen(with_sensitivities(problem, self.free), self.method, self.device)
        if self.method != "auto" or choice.backend == "lanes" or self.device != "cpu":
            return choice, choice
        if choice.fallback is None:
            return choice, choice
        stiff = Choice(*choice.fallback, "the model is stiff at its own values")
        look = replace(problem, rtol=max(problem.rtol, LOOK), max_steps=PATIENCE)
        each = Choice("scipy", "DOP853", "few steps of high order", choice.fallback)
        if each.solve(look).status[0] == Status.MAX_STEPS:
            return stiff, stiff
        return choice, each

    @property
    def backend(self) -> Backend:
        """Who solves each member."""
        return SHELF[self.each.backend]

    def solve(self, problem: InitialValueProblem) -> StateBatchTime:
        """Return the states of each member, (state, batch, time); nan where it failed."""
        fallback = self.each.fallback
        if fallback is None or self.many == self.each:
            return self.each.solve(problem).y
        found = self.each.solve(replace(problem, max_steps=min(PATIENCE, problem.max_steps)))
        long = np.flatnonzero(found.status == Status.MAX_STEPS)
        if long.size:
            backend, method = fallback
            found = found.put(long, SHELF[backend].solve(problem.members(long), method))
        return found.y

    def solve_many(self, problem: InitialValueProblem) -> StateBatchTime:
        """Return the same where a search does not depend on it: by the batch, if it is large."""
        return self.many.solve(problem).y if problem.batch > MANY else self.solve(problem)


def _chosen(problem: InitialValueProblem, method: str, device: str) -> Choice:
    """Return who solves a problem, of all states alike unless a part was asked for.

    Where exact states turn very often differs from one parameter set of a search to the next.
    """
    choice = choose(problem, method, device)
    automatic = choice.partial is not None and method == "auto"
    return numerical(problem, device) if automatic else choice


def _way_back(
    problem: InitialValueProblem, n_free: int, method: str, device: str
) -> tuple[Choice | None, str]:
    """Return who goes back over steps, if that is worth while and possible, and why."""
    n = problem.system.n_states
    size = f"{n} x {n_free} derivatives (states x parameters)"
    if n_free < MANY_SLOPES:
        return None, f"forward sensitivities, for {size}"
    choice = _chosen(problem, method, device)
    if choice.partial is not None:
        return None, f"forward sensitivities: {choice.partial.told}"
    events = problem.system.events
    if events and n * n_free < MANY_THROUGH_EVENTS:
        return None, f"forward sensitivities, for {size} through events"
    reason = _irreversible(problem, (choice.backend, choice.method))
    if reason and method == "auto" and choice.backend == SHORT[0] and n_free >= MANY_FOR_SHORT:
        choice, reason = replace(choice, method=SHORT[1]), _irreversible(problem, SHORT)
    if reason:
        return None, f"forward sensitivities: {reason}"
    if choice.fallback:
        ways = [way for way in (choice.fallback, STIFF) if not _irreversible(problem, way)]
        if not ways:
            return None, f"forward sensitivities: {_irreversible(problem, choice.fallback)}"
        choice = replace(choice, fallback=ways[0])
    taken = "of the steps taken and of events" if events else "of the steps taken"
    return choice, f"the adjoint {taken}, for {size}"


def _irreversible(problem: InitialValueProblem, way: tuple[str, str]) -> str | None:
    """Return why a backend cannot go back over the steps of a method, or None if it can."""
    solver = SHELF[way[0]]
    if not isinstance(solver, RecordingBackend):
        return f"{way[0]} keeps no record of its steps"
    return solver.irreversible(problem, way[1])
