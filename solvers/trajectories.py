"""What a backend returns: numbers for every trajectory, and how each of them ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import BatchTime, Float, Int, StateBatchTime
from .event_log import EventLog


@dataclass(frozen=True, eq=False)
class Trajectories:
    """Numbers of a batch.

    Parameters
    ----------
    y
        States, (state, batch, time); nan after a trajectory ended early.
    status
        `Status` of each, (batch,).
    t
        Where each ended, (batch,).
    state
        Which state was to blame, (batch,), or -1.
    n_steps, n_rejected, n_evaluations
        Counts of accepted steps, rejected ones, and vector fields evaluated, (batch,).
    crossings
        When each condition first turned positive, (condition, batch); nan if never.
    messages
        What more is known of the end of some, by their number.
    log
        What happened on the way; None from those who know no events.
    n_handed_over
        How many were solved by a second method because they looked stiff.
    n_broken_off
        How many were solved by a second method because their series broke off.
    whose
        Backend and method that solved each in place of those chosen, (batch,), or None where
        these did; None for nobody but those chosen.
    sums
        Of the problem's tally, (term, batch), where it has one; nan where one did not reach the
        end.
    """

    y: StateBatchTime
    status: Int
    t: BatchTime
    state: Int
    n_steps: Int
    n_rejected: Int
    n_evaluations: Int
    crossings: Float | None = None
    messages: Mapping[int, str] = field(default_factory=dict[int, str])
    log: EventLog | None = None
    n_handed_over: int = 0
    n_broken_off: int = 0
    whose: NDArray[np.object_] | None = None
    sums: Float | None = None

    @property
    def batch(self) -> int:
        """Number of trajectories."""
        return self.y.shape[1]

    @classmethod
    def join(cls, parts: Sequence[Trajectories]) -> Trajectories:
        """Return several batches as one."""
        if len(parts) == 1:
            return parts[0]
        whole = parts[0].empty(sum(part.batch for part in parts))
        begin = 0
        for part in parts:
            whole = whole.put(np.arange(begin, begin + part.batch), part, copy=False)
            begin += part.batch
        return whole

    def empty(self, batch: int) -> Trajectories:
        """Return trajectories of the same kind, none of them written yet."""
        arrays = {
            name: np.empty((batch,) if a.ndim == 1 else (a.shape[0], batch, *a.shape[2:]), a.dtype)
            for name, a in self._arrays().items()
        }
        none: dict[str, Any] = {"log": None, "whose": None, "n_handed_over": 0, "n_broken_off": 0}
        return replace(self, **arrays, messages={}, **none)

    def by(self, whose: str) -> Trajectories:
        """Return these as what a backend and method have solved, but for those others have."""
        names = _whose(self)
        names[names == None] = whose  # noqa: E711 - each of them
        return replace(self, whose=names)

    def put(self, chosen: Int, other: Trajectories, *, copy: bool = True) -> Trajectories:
        """Return these with the trajectories at `chosen` replaced by all of another's."""
        arrays = {name: a.copy() if copy else a for name, a in self._arrays().items()}
        for name, values in other._arrays().items():
            arrays[name][chosen if values.ndim == 1 else (slice(None), chosen)] = values
        gone = set(chosen.tolist())
        said = {i: text for i, text in self.messages.items() if i not in gone}
        new = {int(chosen[i]): text for i, text in other.messages.items()}
        names = ("n_handed_over", "n_broken_off")
        counts: dict[str, Any] = {n: getattr(self, n) + getattr(other, n) for n in names}
        log = _put(self.log, chosen, other.log)
        if self.whose is not None or other.whose is not None:
            counts["whose"] = _whose(self)
            counts["whose"][chosen] = _whose(other)
        return replace(self, **arrays, messages=said | new, log=log, **counts)

    def _arrays(self) -> dict[str, Any]:
        """Return the arrays by name; the batch is the second axis where there are two."""
        found = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "whose"}
        return {name: array for name, array in found.items() if isinstance(array, np.ndarray)}


class Alone(Trajectories):
    """One trajectory of which nothing but numbers is known, in one piece of memory.

    Arrays of how it ended are made when they are asked for: to make them takes as long as some
    tens of steps do.
    """

    @classmethod
    def of(
        cls, y: StateBatchTime, words: Float, ends: Mapping[str, slice], per_step: int, before: int
    ) -> Alone:
        """Return a trajectory from its states and words of memory.

        Parameters
        ----------
        y
            States, (state, 1, time).
        words, ends
            What has the rest in it, and where each number is, by the names of fields.
        per_step, before
            How many evaluations each attempted step takes, and how many are before the first.
        """
        found = object.__new__(cls)
        found.__dict__ = {
            "y": y, "messages": {}, "_words": words, "_ends": ends, "_per_step": per_step,
            "_before": before,
        }  # fmt: skip
        return found

    def __getattr__(self, name: str) -> Any:
        mine = vars(self)
        if name == "n_evaluations":
            made = (self.n_steps + self.n_rejected) * mine["_per_step"] + mine["_before"]
        elif name in mine.get("_ends", ()):
            words: Float = mine["_words"]
            made = (words if name == "t" else words.view(np.int64))[mine["_ends"][name]]
        else:
            raise AttributeError(f"trajectories have no {name!r}")
        return mine.setdefault(name, made)


def _whose(found: Trajectories) -> NDArray[np.object_]:
    """Return who solved each, anew."""
    if found.whose is not None:
        return found.whose.copy()
    return np.full(found.batch, None, dtype=np.object_)


def _put(log: EventLog | None, chosen: Int, other: EventLog | None) -> EventLog | None:
    """Return a log in which what happened to the members `chosen` is told by another's."""
    kept = log and log.without(chosen)
    parts = [part for part in (kept, other and other.renumbered(chosen)) if part is not None]
    return EventLog.gather(parts) if parts else None
