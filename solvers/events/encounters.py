"""What loops over steps do with a step that was accepted: cut it where an event is, write outputs.

Shared by the loops, so that an event means the same to each of them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..arrays import BatchTime, Float, Int, StateBatch
from ..problem import InitialValueProblem
from ..steps import Step
from .calendar import SAME
from .happenings import Happenings

Attempt = Callable[[Int, BatchTime], Step]  # trajectories and lengths to steps from where they are


def cut(happenings: Happenings, step: Step, t_new: BatchTime, attempt: Attempt) -> None:
    """Make those steps again that an event ends early, up to its very time.

    Parameters
    ----------
    happenings
        Which events there are.
    step, t_new
        Accepted steps, and when they end, (batch,); both are written to.
    attempt
        Makes such a step again, of another length.
    """

    def retake(which: Int, time: BatchTime) -> StateBatch:
        return attempt(step.i[which], time - step.t[which]).z

    time = happenings.search(step, retake)
    early = np.flatnonzero(np.isfinite(time) & (time != step.t))
    if early.size:
        step.put(early, attempt(step.i[early], time[early] - step.t[early]))
        t_new[early] = time[early]
    none = np.flatnonzero(time == step.t)  # a step of no length divides by it
    step.h[none], step.z[:, none], t_new[none] = 0.0, step.y[:, none], step.t[none]


def write(
    problem: InitialValueProblem, step: Step, t_new: BatchTime, written: Int, out: Float
) -> None:
    """Interpolate the outputs that fall into accepted steps.

    Parameters
    ----------
    problem
        Its output times.
    step, t_new
        The steps, and when they end, (batch,).
    written, out
        How many outputs of each trajectory are written, and the outputs, (state, batch, time).
    """
    due = problem.direction * problem.t_eval
    upto = np.searchsorted(due, problem.direction * t_new, side="right")
    which, place = places(written[step.i], upto)
    if which.size:
        at = step.some(which)
        out[:, at.i, place] = at.at((problem.t_eval[place] - at.t) / at.h)
    written[step.i] = upto


def correct(
    problem: InitialValueProblem, i: Int, t: BatchTime, y: StateBatch, written: Int, out: Float
) -> None:
    """Write the states after an event where an output was asked for at its time.

    That is the same time where it differs by roundings only. The states `y` and times `t` are those
    of the trajectories `i`; the rest is as for `write`.
    """
    due, earliest = problem.direction * problem.t_eval, problem.direction * t - SAME * np.abs(t)
    which, place = places(np.searchsorted(due, earliest), written[i])
    out[:, i[which], place] = y[:, which]


def places(begin: Int, end: Int) -> tuple[Int, Int]:
    """Return all places from a begin up to an end, each with the number of the pair it is of."""
    counts = np.maximum(end - begin, 0)
    which = np.repeat(np.arange(len(counts)), counts)
    return which, np.arange(which.size) - np.repeat(np.cumsum(counts) - counts - begin, counts)


def culprit(values: StateBatch) -> Int:
    """Return which state is to blame for an end: the largest or broken one, (batch,)."""
    return np.argmax(np.where(np.isfinite(values), np.abs(values), np.inf), axis=0)
