"""A batch in compiled lanes: cut into pieces, which threads take, and put together again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import get_ident
from typing import TYPE_CHECKING

import numpy as np

from ...models.once import once
from ...models.tape import Tape
from ..arrays import Bool, Float, Int, blank, hold_freed_memory
from ..divisors import at_poles, look
from ..event_log import EventLog
from ..events.crossings import together
from ..events.triggers import on_states
from ..kernels.page import WORD
from ..method import Method
from ..problem import InitialValueProblem
from ..status import Status
from ..stiffness import far, looks, suspicion
from ..tally import Sums
from ..threads import alongside, processors
from ..trajectories import Trajectories
from .assemble import Company, program
from .layout import ENDS
from .piece import AHEAD, Piece, given

if TYPE_CHECKING:
    from .back.way_back import WayBack

CROWD = 64  # trajectories from which two vectors of them may take turns
# Trajectories that one thread takes at a time: as many pieces for each as keep all busy to the end,
# but not so few trajectories that what is done for a piece takes longer than a twentieth of it.
PIECE, LARGEST, SHARES = 1024, 4096, 4
# By one thread alone, which has nobody to share with, so many that it says often enough how far it
# is: operations of one step of each.
STEPS = 10_000_000
RECORDED = 256  # of those whose steps are recorded: their records are in memory together
# Where they are visited on the way, more of them share what a visit costs however few there are.
VISITED = 4096
WORDS = 1 << 22  # that the account of a piece may take


@once
def visited(problem: InitialValueProblem) -> bool:
    """Tell whether something may happen to trajectories, or is looked for, on their way."""
    return bool(problem.system.events) or problem.conditions is not None


@once
def watched(problem: InitialValueProblem) -> Tape | None:
    """Return the conditions that are looked at in every step, those of events first."""
    tapes = [*on_states(problem.system).values()] if problem.system.events else []
    if problem.conditions is not None:
        tapes.append(problem.conditions)
    return together(problem.system, tapes) if tapes else None


def company(problem: InitialValueProblem) -> Company:
    """Return in what company the trajectories of a problem are."""
    return "alone" if problem.batch == 1 else "crowd" if problem.batch >= CROWD else "few"


class Batch:
    """One batch on its way: the arrays of results, and the pieces that fill them.

    Parameters
    ----------
    problem, method
        What is solved, and by which method.
    """

    def __init__(self, problem: InitialValueProblem, method: Method) -> None:
        hold_freed_memory()
        self.visited, adaptive = visited(problem), problem.step is None
        if self.visited and problem.tally is not None:  # of states that may change after all
            problem = replace(problem, tally=None)
        self.problem, self.method = problem, method.adaptive if adaptive else method
        self.given = given(problem)
        tally = problem.tally
        recording = tally is not None and bool(tally.by)
        kind = (
            adaptive,
            problem.n_controlled,
            tally and tally.tape,
            recording,
            company(problem),
        )
        self.program = program(problem.system, method, *kind, watched(problem), look(problem))
        layout = self.program.layout
        self.back: WayBack | None = None
        self.sums = tally and Sums(problem, tally, layout.width)
        if tally is not None and recording:
            from .back.way_back import WayBack  # not loaded by whoever needs no gradients

            self.back = WayBack(problem, tally, self.method, layout)
        (n, n_batch), n_times = problem.y0.shape, 0 if tally else len(problem.t_eval)
        # In one piece of memory: as two smaller ones each may be given back in between, and every
        # page is cleared anew.
        size = n * n_batch * n_times
        room: Float = np.empty((size + len(ENDS) * n_batch,))
        self.out: Float = room[:size].reshape((n, n_batch, n_times))
        self.ends: Float = room[size:].reshape((len(ENDS), n_batch))
        self.extra: Int | int = np.empty(n_batch, dtype=np.int64) if self.visited else AHEAD
        self.crossings: Float | None = None
        if problem.conditions is not None:
            self.crossings = np.empty((len(problem.conditions.outputs), n_batch))
        self.messages: dict[int, str] = {}
        self.logs: dict[int, EventLog] = {}
        self.stopped = False

    def go(self, progress: Callable[[float], None] | None) -> Trajectories:
        """Integrate, by as many threads as there are processors and pieces."""
        batch, size = self.problem.batch, self._size(processors())
        pieces = [slice(begin, min(begin + size, batch)) for begin in range(0, batch, size)]
        workers = min(processors(), len(pieces))
        if workers == 1:
            for done, piece in enumerate(pieces, 1):
                self._piece(piece)
                _tell(progress, done / len(pieces))
            return self._result()
        left, done, here = iter(pieces), list[slice](), get_ident()

        def work() -> None:
            for piece in left:  # taking one is atomic
                if self.stopped:
                    return
                self._piece(piece)
                done.append(piece)
                if get_ident() == here:  # where what is raised of it is heard
                    _tell(progress, len(done) / len(pieces))

        alongside(work, self._stop, workers)
        _tell(progress, 1.0)
        return self._result()

    def _stop(self) -> None:
        """Have all threads leave what they do."""
        self.stopped = True

    def _size(self, workers: int) -> int:
        """Return how many trajectories make a piece."""
        if self.visited:
            return max(1, min(VISITED, WORDS // self.program.layout.account["words"]))
        if self.back is not None:
            return RECORDED
        if workers > 1:
            return max(PIECE, min(LARGEST, self.problem.batch // (SHARES * workers)))
        return max(PIECE, min(LARGEST, STEPS // self.program.size))

    def _piece(self, part: slice) -> None:
        """Integrate some of the trajectories."""
        whole = part.start == 0 and part.stop == self.problem.batch
        problem = self.problem if whole else self.problem.members(part)
        out = self.out if whole else self.out[:, part]
        blank(out)  # here and not for all: memory is first touched by the thread that uses it
        piece = Piece(
            problem, self.program, out, self._sums(part.start), lambda: self.stopped, self.given
        )
        if isinstance(self.extra, np.ndarray):
            self.extra[part] = self._visit(part, piece)
        elif problem.t_end == problem.t0:
            pass
        elif self.back is not None:
            self.back.take(part.start, piece)
        else:
            self._run(part.start, piece)
        if np.count_nonzero(piece.account.status):  # success is zero
            self._understand(part.start, piece)
        self.ends[:, part] = piece.account.ends()

    def _run(self, begin: int, piece: Piece) -> None:
        """Step the trajectories; where that is wanted, those that are held back end soon."""
        order, account = piece.everyone, piece.account
        way = self.problem.t0, self.problem.t_end
        for piece.most in looks(self.problem):
            piece.run(order)
            if not np.count_nonzero(account.status):  # as a rule
                return
            order = order[account.status[order] == Status.MAX_STEPS]
            many = far(way, account.t[order], account.h[order], piece.most)
            self._suspect(begin, piece, order[many])
            order = order[account.status[order] == Status.MAX_STEPS]
            if not order.size or piece.most == self.problem.max_steps:
                return
            account.status[order], account.state[order] = Status.SUCCESS, -1

    def _suspect(self, begin: int, piece: Piece, some: Int) -> None:
        """Tell which trajectories stability held back."""
        t, y, h = (x[..., some] for x in (piece.account.t, piece.account.y, piece.account.h))
        stiff, said = suspicion(piece.problem, self.method, some, t, y, h)
        piece.account.status[stiff] = Status.STIFF
        self.messages |= {begin + i: words for i, words in said.items()}

    def _sums(self, begin: int) -> tuple[int, int, int]:
        """Return what a piece is told of sums: the readings, and where its own are."""
        if self.sums is None:
            return 0, 0, 0
        readings, length, values = self.sums.head
        return readings, length, values + begin * self.sums.values.shape[1] * WORD

    def _visit(self, part: slice, piece: Piece) -> Int:
        """Integrate trajectories to which something happens; return evaluations besides steps."""
        from .visits import Visits  # not loaded by whoever meets no events

        visits = Visits(piece, self.method)
        visits.go()
        self.messages |= {part.start + i: said for i, said in visits.messages.items()}
        if visits.happenings:
            numbers: Int = np.array(range(part.start, part.stop), dtype=np.int64)
            self.logs[part.start] = visits.happenings.log.renumbered(numbers)
        if visits.watch and self.crossings is not None:
            self.crossings[:, part] = visits.watch.first
        return visits.extra

    def _understand(self, begin: int, piece: Piece) -> None:
        """Tell the stiff from those that had a long way, and remove what is no result."""
        account = piece.account
        failed = np.flatnonzero(account.status)
        self._suspect(begin, piece, failed[account.status[failed] == Status.MAX_STEPS])
        said = at_poles(
            piece.problem, failed, account.status[failed], account.t[failed], account.y[:, failed]
        )
        self.messages |= {begin + i: words for i, words in said.items()}
        values = piece.out[:, failed]
        values[~np.isfinite(values)] = np.nan
        piece.out[:, failed] = values

    def _result(self) -> Trajectories:
        """Return the trajectories."""
        logs = [self.logs[begin] for begin in sorted(self.logs)]
        status, state, n_steps, n_rejected = self.ends[1:].view(np.int64)
        n_evaluations = n_steps + n_rejected
        n_evaluations *= self.program.n_stages  # in place: new arrays take longer than products
        n_evaluations += self.extra
        return Trajectories(
            self.out, status, self.ends[0], state, n_steps, n_rejected, n_evaluations,
            self.crossings, self.messages, EventLog.gather(logs) if logs else None,
            sums=self._added_up(status == Status.SUCCESS),
        )  # fmt: skip

    def _added_up(self, reached: Bool) -> Float | None:
        """Return the sums, and after them their gradient, of those that reached the end."""
        if self.sums is None:
            return None
        terms = [self.sums.values.T, *([self.back.gradient()] if self.back else [])]
        return np.where(reached, np.concatenate(terms), np.nan)


def _tell(progress: Callable[[float], None] | None, fraction: float) -> None:
    if progress:
        progress(fraction)
