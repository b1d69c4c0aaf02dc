"""How a batch ended: counts of each way, and in words why the first of each failed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from ...models.errors import grouped
from ...models.notebook import Printed
from ..problem import InitialValueProblem
from ..status import Status
from ..trajectories import Trajectories

EACH = 20  # steps for each event, or fewer: they are so many because events are


def explain(problem: InitialValueProblem, how: Trajectories, member: int) -> str:
    """Return how one trajectory ended: where, which state was to blame, what to try."""
    status = Status(int(how.status[member]))
    if status is Status.SUCCESS:
        return status.cause
    unit = f" {problem.labels.time_unit}" if problem.labels.time_unit else ""
    where = f"{problem.system.time} = {how.t[member]:.6g} of {problem.t_end:g}{unit}"
    blamed = int(how.state[member])
    who = f" (state {problem.system.states[blamed]})" if blamed >= 0 else ""
    count = int(how.n_steps[member] + how.n_rejected[member])
    steps = f"{grouped(count)} {'step' if count == 1 else 'steps'}"
    if status is Status.STOPPED:
        return f"stopped at {where}{_by_event(problem, how, member)}"
    said = f" ({how.messages[member]})" if member in how.messages else ""
    if status is Status.MAX_STEPS and _events(how, member) * EACH >= count:
        return f"{steps} reached {where}, {_taken_by_events(problem, how, member)}"
    if status is Status.ZENO and (by := _by_event(problem, how, member)):
        said = f" (the last{by})"
    return f"{steps} reached {where}{who}; {status.cause}{said}: {status.remedy}"


def _events(how: Trajectories, member: int) -> int:
    """Return how many events a trajectory met."""
    return 0 if how.log is None else int(np.count_nonzero(how.log.member == member))


def _taken_by_events(problem: InitialValueProblem, how: Trajectories, member: int) -> str:
    count = _events(how, member)
    met = "1 event was" if count == 1 else f"{grouped(count)} events were"
    return (
        f"where {met} met, the last{_by_event(problem, how, member)}, after each of which steps "
        f"begin anew; {Status.MAX_STEPS.cause}: raise max_steps, or let events be fewer"
    )


def _by_event(problem: InitialValueProblem, how: Trajectories, member: int) -> str:
    """Return `` by`` and the last event of a trajectory, as written; empty where it had none."""
    assert how.log is not None
    happened = how.log.event[how.log.member == member]
    return f" by {problem.system.events[int(happened[-1])].label!r}" if happened.size else ""


@dataclass(frozen=True, eq=False)
class Outcome(Printed):
    """How many trajectories ended in which way, and why the first of each did.

    Parameters
    ----------
    problem, trajectories
        What was solved, and the result.

    Examples
    --------
    >>> from ratelaw.solvers.solve import solve
    >>> solve("dx/dt = -x; x(0) = 1", 5).outcome
    reached the end
    """

    problem: InitialValueProblem = field(repr=False)
    trajectories: Trajectories = field(repr=False)

    @property
    def counts(self) -> dict[Status, int]:
        """Number of trajectories of each status."""
        found = Counter(Status(int(s)) for s in self.trajectories.status)
        return dict(sorted(found.items()))

    def __getitem__(self, status: Status | str) -> int:
        """Return how many ended with a status, given itself or by name: ``outcome["success"]``."""
        key = Status[status.upper()] if isinstance(status, str) else status
        return self.counts.get(key, 0)

    def __str__(self) -> str:
        total = self.trajectories.batch
        if total == 1:
            return explain(self.problem, self.trajectories, 0)
        if self.counts == {Status.SUCCESS: total}:
            return f"all {grouped(total)} reached the end"
        return "\n".join(self._row(status, count) for status, count in self.counts.items())

    __repr__ = __str__

    def _row(self, status: Status, count: int) -> str:
        if status is Status.SUCCESS:
            return f"{grouped(count)} {status.cause}"
        first = int(np.flatnonzero(self.trajectories.status == status)[0])
        if status is Status.STOPPED:
            said = explain(self.problem, self.trajectories, first)
            return f"{grouped(count)} were stopped by an event, the first number {first}: {said}"
        return (
            f"{grouped(count)} did not: {status.name.lower()}, the first of them number {first}: "
            f"{explain(self.problem, self.trajectories, first)}"
        )
