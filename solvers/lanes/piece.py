"""A piece of a batch in compiled lanes: some trajectories, and runs over those that are ready."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...models.once import once
from ..arrays import Float, Int, address, aligned, columns, own_address
from ..kernels.compile import Code, host
from ..kernels.page import WORD
from ..problem import InitialValueProblem
from .account import Account
from .layout import HEAD, HEAD_FORMAT, MOST_VECTORS, Layout
from .notes import Notes

BETWEEN = 2e7  # operations between two looks at the keyboard: some hundredths of a second
OF_OUTPUT = 10  # operations that one number at an output takes, about
FEW = 20  # steps
AHEAD = 2  # evaluations before the first step
_NO_RECORDS, _NO_WAY_BACK = (0,) * 3, (0,) * 3  # words of the head
_NO_EVENTS = (0, 0, 0, 0, 0, 0.0)


@dataclass(frozen=True)
class Program:
    """Compiled lanes of a system by a method.

    Parameters
    ----------
    code, layout
        Functions, and the memory they work on.
    n_stages
        Evaluations of the vector field per attempted step.
    size
        Operations of an attempted step, about.
    memory
        What the control of steps remembers before the first.
    places
        What loops over lists of places are told.
    inside
        For each event, whether it may happen in a lane.
    """

    code: Code
    layout: Layout
    n_stages: int
    size: int
    memory: float
    places: Int
    inside: tuple[bool, ...] = ()

    def iterations(self, n_times: int) -> int:
        """Return how many iterations take a few hundredths of a second, with outputs at times.

        These are counted as if a few steps had them all.
        """
        outputs = self.layout.width * self.layout.n * n_times * OF_OUTPUT / FEW
        return max(1, int(BETWEEN / (self.size + outputs)))


@dataclass(frozen=True, eq=False)
class Given:
    """What every run over some of a problem's trajectories is told.

    Parameters
    ----------
    due
        Output times, and after them such as never come.
    start
        The account of each at the start but for its states and conditions, (1, word).
    limits
        A part of the head, after the most steps.
    """

    due: Float
    start: Float
    limits: tuple[float, ...]


@once
def given(problem: InitialValueProblem) -> Given:
    """Return what is told of a problem."""
    times = problem.t_eval if problem.tally is None else problem.t_eval[problem.tally.places]
    due: Float = np.full(len(times) + host().times(MOST_VECTORS).width, problem.direction * np.inf)
    due[: len(times)] = times
    longest = problem.longest_step if problem.step is None else np.inf
    limits = (problem.t_end, problem.rtol, problem.direction, longest)
    layout = Layout(1, len(problem.y0), 0, 0)
    start: Float = np.zeros((1, layout.account["words"]))
    account = Account(layout, start)
    account.t[:], account.goal[:] = problem.t0, problem.t_end
    account.limit[:], account.state[:] = problem.direction * np.inf, -1
    account.h[:] = problem.direction * (problem.step or 0.0)
    account.written[:] = np.count_nonzero(times == problem.t0)
    return Given(due, start, limits)


class Piece:
    """Some trajectories of a problem on their way.

    Parameters
    ----------
    problem
        Of these trajectories.
    program
        What steps them.
    out
        Outputs, (state, batch, time), written to.
    sums
        Addresses of readings and of sums, and the length of rows of the former.
    stopped
        Tells whether all is to be left as it is.
    given
        What is told of the whole problem, of which these are some.
    """

    def __init__(
        self, problem: InitialValueProblem, program: Program, out: Float,
        sums: tuple[int, int, int], stopped: Callable[[], bool], given: Given,
    ) -> None:  # fmt: skip
        self.problem, self.program, self.out, self.stopped = problem, program, out, stopped
        self.most = problem.max_steps  # after which they leave their lanes
        self.given, layout = given, program.layout
        self.everyone: Int = np.arange(problem.batch, dtype=np.int64)
        start: Float = np.zeros((1, layout.account["words"]))
        start[:, : given.start.shape[1]] = given.start
        start[:, layout.account["before"]] = program.memory
        table = start.repeat(problem.batch, axis=0)
        self.account = Account(layout, table)
        self.account.rows("y", layout.n)[:] = problem.y0
        row, column = (s // WORD for s in out.strides[:2])
        self.notes = Notes.of(layout, problem) if layout.n_events else None
        self.places = (own_address(table), address(out), row, column, *sums)
        if out.size and given.due[0] == problem.t0:
            out[:, :, 0] = problem.y0

    def run(self, order: Int) -> None:
        """Step the trajectories numbered in `order` until each has left its lane."""
        block, run = self.begun(order), self.program.code.functions[1]
        place = own_address(block)
        iterations = self.program.iterations(self.out.shape[-1])
        while not self.stopped() and run(place, iterations):
            pass
        if self.notes:
            self.notes.count = int(block.view(np.int64)[HEAD.index("logged")])

    def begun(self, order: Int) -> Float:
        """Return the block of lanes that are filled with trajectories numbered in `order`."""
        block = self.block(order)
        self.program.code.functions[0](own_address(block))
        return block

    def block(self, order: Int) -> Float:
        """Return the block of lanes before they are filled."""
        layout, given, problem = self.program.layout, self.given, self.problem
        block = aligned(layout.words)
        struct.pack_into(
            HEAD_FORMAT, block.data, 0, 0, len(order), -layout.width, layout.width, 0,
            address(self.program.places), own_address(order), *self.places, *_NO_RECORDS,
            self.most, *given.limits, *columns(problem.p), *columns(problem.atol),
            own_address(given.due), *_NO_WAY_BACK, *(self.notes.head if self.notes else _NO_EVENTS),
        )  # fmt: skip
        return block
