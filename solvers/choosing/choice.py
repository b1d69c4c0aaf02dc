"""A choice: who solves a problem, and what is done where that way does not come through."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...models.once import once
from ..backend import Progress, Ready, RecordingBackend, RoundTrip, preparing, watching
from ..backends import SHELF
from ..problem import InitialValueProblem
from ..status import Status
from ..stiffness import stiff_at_start
from ..tally import tallied
from ..trajectories import Trajectories
from .order import evaluating, explicit, is_series, still
from .stiff_ways import again_by, for_stiff, ours
from .telling import BROKEN, looks, of_series, with_others

if TYPE_CHECKING:
    from .partial import Partial

GIVEN_UP = (Status.MAX_STEPS, Status.STEP_TOO_SMALL, Status.STIFF)
PATIENCE = 1000  # steps after which an explicit method is asked whether stiffness holds it back


@dataclass(frozen=True)
class Choice:
    """A backend, its method, and why.

    Parameters
    ----------
    backend, method
        Names.
    reason
        In words.
    fallback
        Backend and method, on the CPU, of the trajectories that are stiff, at the start or later;
        None where the user chose. Each goes its own way, whatever the others of its batch do.
    again
        Backend and method of those that a method for stiff models gives up: the iterations of
        Radau's methods follow models whose matrices have no usable pivots. None for no such.
    device
        Where the backend computes.
    stepped
        Whether trajectories that a closed form does not reach are solved step by step instead.
    partial
        The closed form of some states, put into the rates of the others; None for all states alike.
    wherever
        Whether it is put in for every trajectory, or where exact states turn very often alone.
    beside
        The closed form of some states that is not put in, because they do not turn so often here.
    """

    backend: str
    method: str
    reason: str
    fallback: tuple[str, str] | None = None
    again: tuple[str, str] | None = None
    device: str = "cpu"
    stepped: bool = False
    partial: Partial | None = None
    wherever: bool = False
    beside: Partial | None = None

    @property
    def name(self) -> str:
        """Backend-qualified name, such as ``reference:tsit5``; ``exact+lanes:tsit5`` of a part."""
        if self.backend == "exact":
            return self.backend
        return f"{'exact+' if self.partial else ''}{self.backend}:{self.method}"

    def solve(self, problem: InitialValueProblem, progress: Progress | None = None) -> Trajectories:
        """Return the trajectories, or their sums where the problem wants these.

        With a fallback, those that are stiff are solved by it. Conditions that the backend does not
        watch are left to one that does, chosen automatically.
        """
        if self.partial is not None:
            return self._partly(self.partial, problem, progress)
        placed = self.place(problem)
        if placed.conditions is not None and SHELF[self.backend].refusal(placed, self.method):
            return _by_steps(problem, progress)
        if self.fallback is None:
            found = self._through((self.backend, self.method), placed, progress)
            return self._stepped(problem, found) if self.stepped else of_series(found, self.method)
        stiff = stiff_at_start(problem)
        count = np.count_nonzero(stiff)
        if not count:
            return self._patiently(placed, progress)
        if count == stiff.size:
            return self._hand_over(problem, progress)
        easy, hard = np.flatnonzero(~stiff), np.flatnonzero(stiff)
        found = self._patiently(placed.members(easy), progress)
        whole = found.empty(problem.batch).put(easy, found)
        return whole.put(hard, self._hand_over(problem.members(hard), progress))

    def suits(
        self, problem: InitialValueProblem, first: InitialValueProblem, *, automatic: bool
    ) -> bool:
        """Tell whether it would be made again for one trajectory, of the system it was made for.

        Of what lanes solve only stiffness depends on values, whether decay bounds steps, and
        whether formulas of some states are put in; closed forms and others may refuse some.
        """
        if self.backend != "lanes" or self.partial is not None:
            return False
        if self.beside is not None and self.beside.turns(problem).any():
            return False
        if not automatic:
            return True
        stiff = bool(stiff_at_start(problem)), bool(stiff_at_start(first))
        return all(stiff) or (not any(stiff) and still(problem, self.method))

    def ready(self, problem: InitialValueProblem) -> Ready | None:
        """Return what finds one trajectory again and again, if it needs no other method."""
        alone = problem.batch == 1 and problem.conditions is None and self.partial is None
        backend = preparing(SHELF[self.backend]) if alone else None
        if backend is None:
            return None
        if self.fallback is None:
            return backend.ready(problem, self.method, problem.max_steps)
        if stiff_at_start(problem).any():
            return None
        return backend.ready(_watchful(problem), self.method, problem.max_steps)

    def round_trip(self, problem: InitialValueProblem) -> RoundTrip:
        """Return what finds sums and gradient of one parameter set after another.

        It returns None for those that it leaves to `solve`.
        """
        backend, watchful = SHELF[self.backend], self.fallback is not None
        few = _few(problem) if watchful else problem.max_steps
        placed = replace(self.place(problem), max_steps=few)
        made = None
        if self.partial is None and isinstance(backend, RecordingBackend):
            made = backend.round_trip(placed, self.method, watchful=watchful)
        return made or (lambda p, weights: None)

    def place(self, problem: InitialValueProblem) -> InitialValueProblem:
        """Return the problem on this choice's device."""
        if problem.device == self.device:
            return problem
        return replace(problem, device=self.device)

    def _partly(
        self, partial: Partial, problem: InitialValueProblem, progress: Progress | None
    ) -> Trajectories:
        """Return trajectories with the formulas of some states put in where they turn often.

        The others, and those that a formula does not reach, are solved step by step as a whole.
        """
        chosen = partial.turns(problem) | self.wherever
        if not chosen.any():
            return _by_steps(problem, progress)
        some = problem.members(np.flatnonzero(chosen))
        integrated = replace(self, partial=None).solve(partial.problem(some), progress)
        found = tallied(some, partial.together(some, integrated))
        whole = found.empty(problem.batch).put(np.flatnonzero(chosen), found)
        done = np.zeros(problem.batch, dtype=np.bool_)
        done[chosen] = np.isin(found.status, (Status.SUCCESS, Status.STOPPED))
        rest = problem.members(np.flatnonzero(~done))
        if not rest.batch:
            return whole
        return whole.put(np.flatnonzero(~done), _by_steps(rest, progress))

    def _stepped(self, problem: InitialValueProblem, found: Trajectories) -> Trajectories:
        """Return trajectories with those that a formula does not reach solved step by step."""
        missed = np.flatnonzero(found.status != Status.SUCCESS)
        if not missed.size:
            return found
        rest = problem.members(missed)
        return found.put(missed, _by_steps(rest, None))

    def _patiently(self, problem: InitialValueProblem, progress: Progress | None) -> Trajectories:
        """Solve, and look after some steps whether stiffness makes them so many."""
        own = (self.backend, self.method)
        found = _solved(own, self._watched(problem), progress)
        if not np.count_nonzero(found.status):  # all succeeded
            return found
        long = np.flatnonzero(found.status == Status.MAX_STEPS)
        if long.size and self._watched(problem).max_steps < problem.max_steps:
            found = found.put(long, _solved(own, problem.members(long), progress))
        found = self._evaluated(problem, found, progress)
        stiff = np.flatnonzero(found.status == Status.STIFF)
        if not stiff.size:
            return found
        return found.put(stiff, self._hand_over(problem.members(stiff), progress))

    def _watched(self, problem: InitialValueProblem) -> InitialValueProblem:
        """Return a problem whose trajectories end soon where stiffness holds them back."""
        watches = watching(SHELF[self.backend])
        return _watchful(problem) if watches and watches.watches(problem) else _patient(problem)

    def _evaluated(
        self, problem: InitialValueProblem, found: Trajectories, progress: Progress | None
    ) -> Trajectories:
        """Return trajectories with those whose series broke off solved by evaluations alone.

        Where a solution is not smooth, as sqrt(x) at x = 0, rates have a value and no series.
        """
        some = np.flatnonzero(np.isin(found.status, BROKEN))
        if not is_series(self.method) or not some.size:
            return found
        rest = problem.members(some)
        who = (self.backend, evaluating(rest))
        watched = self._watched(rest)
        others = _solved(who, watched if watched.watchful else rest, progress).by(":".join(who))
        return found.put(some, replace(others, n_broken_off=len(some)))

    def _hand_over(self, problem: InitialValueProblem, progress: Progress | None) -> Trajectories:
        assert self.fallback is not None
        found = self._through(self.fallback, replace(problem, device="cpu"), progress)
        return replace(found.by(":".join(self.fallback)), n_handed_over=problem.batch)

    def _through(
        self, who: tuple[str, str], problem: InitialValueProblem, progress: Progress | None
    ) -> Trajectories:
        """Solve; those that do not come through go their way again, by another method."""
        found = _solved(who, problem, progress)
        if self.again is None:
            return found
        lost = np.flatnonzero(np.isin(found.status, GIVEN_UP))
        if not lost.size:
            return found
        last = _solved(self.again, problem.members(lost), progress)
        return found.put(lost, last.by(":".join(self.again)))

    def told(self, trajectories: Trajectories) -> str:
        """Return the name of who solved all trajectories, its own where they were several."""
        whose = trajectories.whose
        names = {self.name} if whose is None else {name or self.name for name in whose.tolist()}
        return names.pop() if len(names) == 1 else self.name

    def explain(self, trajectories: Trajectories) -> str:
        """Return the reason, with how many trajectories needed the fallback."""
        return with_others(self.reason, trajectories, self.fallback, self.again)


@once
def _patient(problem: InitialValueProblem) -> InitialValueProblem:
    return replace(problem, max_steps=_few(problem))


@once
def _watchful(problem: InitialValueProblem) -> InitialValueProblem:
    return replace(problem, watchful=True)


def _few(problem: InitialValueProblem) -> int:
    """Return how many steps are allowed before the first look back."""
    return min(PATIENCE, problem.max_steps)


def _solved(
    who: tuple[str, str], problem: InitialValueProblem, progress: Progress | None
) -> Trajectories:
    """Return what a backend finds; sums of its trajectories where it does not tally itself."""
    backend, method = who
    return tallied(problem, SHELF[backend].solve(problem, method, progress))


def _by_steps(problem: InitialValueProblem, progress: Progress | None) -> Trajectories:
    """Solve by whoever would be chosen if there were no closed form."""
    other = numerical(problem, "cpu")
    return other.solve(problem, progress).by(other.name)


def numerical(problem: InitialValueProblem, device: str) -> Choice:
    """Return who solves a problem step by step, or trajectory by trajectory where they differ."""
    if device != "cpu":
        method, fallback = ("dopri5", ("scipy", "LSODA")) if problem.step is None else ("rk4", None)
        reason = f"the device {device} was asked for"
        return Choice("torchdiffeq", method, reason, fallback, device=device)
    if problem.step is not None:
        backend, notice = ours(problem, "rk4")
        return Choice(backend, "rk4", f"a fixed step was asked for{notice}")
    stiff = stiff_at_start(problem)
    fallback, notice = for_stiff(problem)
    again = again_by(problem, fallback)
    if stiff.all():
        return Choice(*fallback, f"the model looks stiff at the start{notice}", again=again)
    method, why = explicit(problem)
    backend, notice = ours(problem, method)
    order = why and f"; {why}"
    return Choice(backend, method, looks(stiff) + order + notice, fallback, again)
