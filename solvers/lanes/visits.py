"""What happens to trajectories while they are out of their lanes: events, and closer looks.

What is simple happens in the lanes; they share with visits what they know of events. Where more
meets, all trajectories of a piece that wait are visited together: the rules are those of every loop
over steps, and work in numpy costs little where it is done to thousands.
"""

from __future__ import annotations

import numpy as np

from ...models.tape import Tape
from ..arrays import BatchTime, Float, Int
from ..compose.probes import FOUND
from ..evaluate import Arguments, RowsFunction, RowsMaker, rows_function, system_arguments
from ..events.encounters import correct, culprit, cut, write
from ..events.happenings import Diary, Happenings
from ..events.watch import Watch
from ..events.zeno import Zeno
from ..integrator import compose, interpolation
from ..kernels.rows import compiled_rows
from ..method import Method
from ..status import Status
from ..steps import Step, take
from .assemble import in_one_piece
from .layout import ALARM, DUE
from .loop.iteration import FEWEST_ULPS
from .notes import Ahead, Notes
from .piece import Piece

SHORTEST, LONGEST = 16, 2_000  # operations of a tape that is worth compiling on its own


class Visits:
    """The visits to the trajectories of a piece.

    Parameters
    ----------
    piece
        The trajectories.
    method
        What steps them, to make a step again that an event ends early.
    """

    def __init__(self, piece: Piece, method: Method) -> None:
        problem = piece.problem
        self.piece, self.problem, self.account = piece, problem, piece.account
        self.method, self.dense = method, interpolation(problem.system, method)
        self.happenings = Happenings.over(problem, quick_rows)
        self.watch = Watch.over(problem, quick_rows)
        self.extra: Int = np.zeros(problem.batch, dtype=np.int64)  # evaluations besides steps
        if self.happenings and piece.notes:
            self._share(self.happenings, self.happenings.agenda, piece.notes)
        self.messages: dict[int, str] = {}

    def _share(self, happenings: Happenings, agenda: Diary, notes: Notes) -> None:
        """Let happenings keep in the account what lanes move on, too."""
        account, count = self.account, len(self.problem.system.events)
        happenings.agenda = Ahead(
            agenda,
            notes.plan,
            account.integer("planned"),
            self.piece.program.inside,
            self.problem.direction,
            alone=any(e.occasion is None for e in self.problem.system.events),
        )
        met, gap, often = (account.rows(name, count) for name in ("met", "gap", "often"))
        met[:], gap[:], often[:] = -np.inf, np.inf, 0
        happenings.zeno = Zeno(happenings.zeno.span, met, gap, often)
        if happenings.triggers:
            happenings.triggers.level = account.rows("level", len(happenings.triggers.events))

    def go(self) -> None:
        """Step all trajectories to their ends."""
        ready = self._begin()
        while ready.size and not self.piece.stopped():
            self.piece.run(ready)
            if self.happenings and self.piece.notes:
                self.happenings.parts.append(self.piece.notes.read())
            ready = self._visit(ready)
        if self.happenings:
            self.messages |= self.happenings.messages
            again = self.account.integer("retaken") * self.piece.program.n_stages
            self.extra += again + 2 * self.account.integer("begun")
            small = np.flatnonzero(self.account.status == Status.STEP_TOO_SMALL)
            self.account.status[small[self.happenings.zeno.hastened(small)]] = Status.ZENO

    def _begin(self) -> Int:
        """Let happen what does at the start; return which trajectories go on."""
        everyone, account = np.arange(self.problem.batch), self.account
        if self.happenings:
            self.messages |= self.happenings.impossible
            account.status[list(self.messages)] = Status.IMPOSSIBLE
            possible = everyone[account.status == Status.SUCCESS]
            self._happen(possible[self.happenings.due(possible, account.t[possible])])
        return self._go_on(everyone)

    def _visit(self, i: Int) -> Int:
        """Attend to those that left their lanes without an end; return which go on."""
        account = self.account
        i = i[account.status[i] >= DUE]
        alarmed = account.status[i] == ALARM
        account.status[i] = Status.SUCCESS
        if self.happenings and self.happenings.triggers:
            count = len(self.happenings.triggers.events)
            self.happenings.triggers.catch_up(
                i, account.held[:count, i] == 1, account.fresh[i] == 1,
                account.rows("ceasing", count)[:, i] == 1,
            )  # fmt: skip
        if alarmed.any():
            self._look(i[alarmed])
        if self.happenings:
            due = self.happenings.due(i, account.t[i]) & (account.status[i] == Status.SUCCESS)
            self._happen(i[due])
        return self._go_on(i)

    def _look(self, i: Int) -> None:
        """Find what turned in the last steps, if anything did; cut them there, write outputs."""
        account, step, t_new = self.account, self._step(i), self.account.t[i]
        if self.happenings:
            cut(self.happenings, step, t_new, self._attempt)
        write(self.problem, step, t_new, account.written, self.piece.out)
        if self.watch:
            self.watch.step(step)
        account.t[i], account.y[:, i] = t_new, step.z
        broken = ~(np.isfinite(step.slope) & np.isfinite(step.z)).all(axis=0)
        self._end(i[broken], Status.NOT_FINITE)

    def _step(self, i: Int) -> Step:
        """Return the last steps of trajectories that raised an alarm."""
        account, n = self.account, self.problem.system.n_states
        rows = {"old": n, "f": n, "kept": n * len(self.piece.program.layout.dense)}
        old, slope, kept = (_part(account.rows(name, count), i) for name, count in rows.items())
        t, h = account.number("from")[i], account.number("tried")[i]
        return Step(self._interpolate, i, t, h, old, _part(account.y, i), slope, kept)

    @property
    def _interpolate(self) -> RowsFunction:
        program = self.dense
        return quick_rows(program.tape, program.name, program.arguments)

    def _attempt(self, i: Int, h: BatchTime) -> Step:
        """Return the last steps of some trajectories again, but of other lengths."""
        assert self.happenings is not None
        account, system = self.account, self.problem.system
        n, p = system.n_states, take(self.problem.p, i)
        limit = self.happenings.agenda.limit[i]  # that in the account is of when a lane was entered
        t, y = account.number("from")[i], _part(account.rows("old", n), i)
        self.extra[i] += self.piece.program.n_stages + 1
        if not (self.method.tableau.is_explicit or in_one_piece(system, self.method)):
            from .remade import remade  # not loaded where no system is large

            new, end, kept = remade(system, self.method, t, h, limit, y, p)
            return Step(self._interpolate, i, t, h, y, new, end, kept)
        program = compose(system, self.method).attempt
        arguments = system_arguments(n, system.n_parameters)
        slope = quick_rows(system.vector_field, "rates", arguments)(t, y, p)
        attempt = quick_rows(program.tape, program.name, program.arguments)
        new, _, end, kept = np.split(attempt(t, h, limit, y, slope, p), [n, 2 * n, 3 * n])
        return Step(self._interpolate, i, t, h, y, new, end, kept)

    def _happen(self, i: Int) -> None:
        """Let what is due happen to trajectories."""
        if self.happenings is None or not i.size:
            return
        account = self.account
        old = _part(account.y, i)
        y, account.status[i] = self.happenings.happen(i, account.t[i], old)
        account.y[:, i] = y
        # Where only a rate has jumped, the step that fitted before is as good a guess as any.
        if self.problem.step is None:
            account.h[i] = np.where((y != old).any(axis=0), 0.0, account.h[i])
        correct(self.problem, i, account.t[i], y, account.written, self.piece.out)
        self._end(i[account.status[i] == Status.ZENO], Status.ZENO)

    def _go_on(self, i: Int) -> Int:
        """Return which trajectories go on, and note how far they may."""
        account, problem = self.account, self.problem
        i = i[(account.status[i] == Status.SUCCESS) & (account.t[i] != problem.t_end)]
        t, h = np.abs(account.t[i]), np.abs(account.h[i])
        small = (h > 0) & (h <= FEWEST_ULPS * np.spacing(np.maximum(t, h)))
        many = ~small & (account.n_steps[i] + account.n_rejected[i] >= problem.max_steps)
        self._end(i[small], Status.STEP_TOO_SMALL)
        self._end(i[many], Status.MAX_STEPS)
        i = i[~(small | many)]
        self._foresee(i)
        self.extra[i] += 2
        return i

    def _foresee(self, i: Int) -> None:
        """Note where the next steps must end at the latest, and which conditions hold."""
        account, count = self.account, 0
        if self.happenings:
            time = self.happenings.agenda.time[i]
            account.goal[i] = np.where(np.isfinite(time), time, self.problem.t_end)
            account.limit[i] = self.happenings.agenda.limit[i]
            triggers = self.happenings.triggers
            if triggers:
                count = len(triggers.events)
                account.held[:count, i] = ~triggers.armed[:, i]
                account.fresh[i] = close = triggers.close(i)
                account.rows("ceasing", count)[:, i] = triggers.ceasing[:, i]
                speeds = account.rows("speed", count)
                some = i[close]
                speeds[:, some] = triggers.speeds.at(some, account.t[some], _part(account.y, some))
        if self.watch:
            account.held[count:, i] = FOUND * ~np.isnan(self.watch.first[:, i])

    def _end(self, i: Int, status: Status) -> None:
        """Note how trajectories ended, and which state was to blame."""
        self.account.status[i], self.account.state[i] = status, culprit(self.account.y[:, i])


def quick_rows(tape: Tape, name: str, arguments: Arguments) -> RowsFunction:
    """Return a function of arrays, compiled unless that would take longer than it is worth."""
    worth = SHORTEST <= len(tape.nodes) - len(tape.inputs) <= LONGEST
    rows: RowsMaker = compiled_rows if worth else rows_function
    return rows(tape, name, arguments)


def _part(rows: Float, i: Int) -> Float:
    """Return some columns of rows, each row in one piece of memory as compiled code reads it."""
    return np.ascontiguousarray(rows[:, i])
