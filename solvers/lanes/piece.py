"""A piece of a batch in compiled lanes: some trajectories, and runs over those that are ready."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...models.once import once
from ..arrays import Float, Int, address, columns, own_address
from ..control import FIRST_NORM
from ..kernels.compile import Code, host
from ..kernels.page import WORD
from ..problem import InitialValueProblem
from .account import Account
from .layout import HEAD, HEAD_FORMAT, Layout
from .notes import Notes

BETWEEN = 2e7  # operations between two looks at the keyboard: some hundredths of a second
OF_OUTPUT = 10  # operations that one number at an output takes, about
FEW = 20  # steps
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
    places
        What loops over lists of places are told.
    inside
        For each event, whether it may happen in a lane.
    """

    code: Code
    layout: Layout
    n_stages: int
    size: int
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
    """What every run over a problem's trajectories is told.

    Parameters
    ----------
    due
        Output times, and after them such as never come.
    start
        The account at the start, but for conditions.
    everyone
        Numbers of all trajectories.
    head
        The last part of the head: limits, and the problem's arrays.
    """

    due: Float
    start: Float
    everyone: Int
    head: tuple[float, ...]


@once
def given(problem: InitialValueProblem) -> Given:
    """Return what is told of a problem."""
    times = problem.t_eval if problem.tally is None else problem.t_eval[problem.tally.places]
    due: Float = np.full(len(times) + host().doubled.width, problem.direction * np.inf)
    due[: len(times)] = times
    longest = problem.longest_step if problem.step is None else np.inf
    head = (
        problem.max_steps, problem.t_end, problem.rtol, problem.direction, longest,
        *columns(problem.p), *columns(problem.atol), address(due),
    )  # fmt: skip
    layout = Layout(1, len(problem.y0), 0, 0)
    table: Float = np.zeros((problem.batch, layout.account["words"]))
    account = Account(layout, table)
    account.t[:], account.before[:], account.goal[:] = problem.t0, FIRST_NORM, problem.t_end
    account.limit[:], account.state[:] = problem.direction * np.inf, -1
    account.h[:] = problem.direction * (problem.step or 0.0)
    account.written[:] = np.count_nonzero(times == problem.t0)
    account.y[:] = problem.y0
    return Given(due, table, np.array(range(problem.batch), dtype=np.int64), head)


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
    """

    def __init__(
        self, problem: InitialValueProblem, program: Program, out: Float,
        sums: tuple[int, int, int], stopped: Callable[[], bool],
    ) -> None:  # fmt: skip
        self.problem, self.program, self.out, self.stopped = problem, program, out, stopped
        self.given = given(problem)
        layout, start = program.layout, self.given.start
        table = start.copy()
        if layout.account["words"] > start.shape[1]:
            table = np.zeros((problem.batch, layout.account["words"]))
            table[:, : start.shape[1]] = start
        self.account = Account(layout, table)
        row, column = (s // WORD for s in out.strides[:2])
        self.notes = Notes.of(layout, problem) if layout.n_events else None
        self.places = (own_address(table), address(out), row, column, *sums)
        if out.size and self.given.due[0] == problem.t0:
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
        layout = self.program.layout
        block = np.zeros(layout.words)
        struct.pack_into(
            HEAD_FORMAT, block.data, 0, 0, len(order), -layout.width, layout.width, 0,
            address(self.program.places), own_address(order), *self.places, *_NO_RECORDS,
            *self.given.head, *_NO_WAY_BACK, *(self.notes.head if self.notes else _NO_EVENTS),
        )  # fmt: skip
        return block
