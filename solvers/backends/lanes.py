"""The lanes backend: compiled code that integrates W trajectories side by side in one vector.

It takes the same tapes as the reference backend and agrees with it to rounding: products are fused
with sums, functions may differ in the last place, and the factor from step to step in the eighth
digit. A trajectory's numbers do not depend on its batch, its lane or its thread.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from ...models.errors import grouped
from ...models.once import once
from ...models.system import FirstOrderSystem
from ...models.tape import Tape
from ..arrays import Bool, Float, Int
from ..backend import Progress, not_on, stepping_methods, stepping_refusal
from ..compose.large import compose_large, entangled
from ..compose.probes import probes
from ..compose.program import Iterated
from ..compose.program import Program as Composed
from ..compose.stages import ELEMENT, compose_stages
from ..crossings import together
from ..event_log import EventLog
from ..integrator import compose, interpolation
from ..kernels.compile import compiled, host, unsupported
from ..kernels.page import WORD
from ..kernels.special import lacking
from ..lanes.driver import SIGNATURES, kernel
from ..lanes.layout import Layout
from ..lanes.looped import InParts, Looped
from ..lanes.newton import Iterating
from ..lanes.piece import Piece, Program
from ..lanes.rows import PIECE as STATES_OF_PIECE
from ..lanes.visits import Visits
from ..lanes.way_back import WayBack, too_long_back
from ..lanes.whole import Whole
from ..method import Method
from ..methods import SHELF
from ..problem import InitialValueProblem
from ..rosenbrock import RosenbrockTableau
from ..status import Status
from ..stiffness import suspicion
from ..tally import Sums
from ..trajectories import Trajectories
from ..triggers import on_states

LONGEST = 10_000  # operations in one stretch: the compiler takes seconds, and with 50 000 crashes
LARGEST_WHOLE = 8  # states up to which a step is one stretch of code: beyond, loops are as fast
MOST_WRITTEN_OUT = 50  # states of a Rosenbrock method's step, which is one stretch of code
MOST_PRODUCTS = 200_000  # of one elimination by lists: below, they are made in half a second
# States up to which two vectors, taken in turn, are faster than one: a step of one is a chain of
# operations each of which waits for the last. With more states there is enough to do meanwhile.
LARGEST_DOUBLED = 3
CROWD = 64  # trajectories
PIECE = 1024  # trajectories that one thread takes at a time
RECORDED = 256  # of those whose steps are recorded: their records are in memory together
# Where they are visited on the way, more of them share what a visit costs however few there are.
VISITED = 4096
WORDS = 1 << 22  # that the account of a piece may take


@dataclass(frozen=True)
class Lanes:
    """Batched Runge-Kutta and Rosenbrock methods as machine code."""

    @property
    def methods(self) -> tuple[str, ...]:
        """Names of the methods whose steps are composed, tsit5 first."""
        return stepping_methods()

    def refusal(self, problem: InitialValueProblem, method: str) -> str | None:
        """Return why it cannot solve this problem, or None if it can."""
        conditions = watched(problem)
        return (
            not_on(problem)
            or _too_long(problem)
            or stepping_refusal("lanes", problem, method)
            or _too_entangled(problem, method)
            or lacking("lanes", problem.system.vector_field)
            or (conditions and lacking("lanes", conditions))
            or unsupported()
        )

    def irreversible(self, problem: InitialValueProblem, method: str) -> str | None:
        """Return why it cannot go back over the steps of a problem, or None if it can."""
        return (
            self.refusal(problem, method)
            or (visited(problem) and "it does not go back through events and inputs that jump")
            or too_long_back(problem, SHELF[method])
        )

    def solve(
        self, problem: InitialValueProblem, method: str, progress: Progress | None = None
    ) -> Trajectories:
        """Return the trajectories of a problem, or what its tally adds up."""
        return _Run(problem, SHELF[method]).go(progress)


def _too_long(problem: InitialValueProblem) -> str | None:
    """Return why rates are not compiled: long stretches of code take the compiler ever longer."""
    count = len(problem.system.vector_field.nodes)
    if count <= LONGEST * max(1.0, problem.system.n_states / STATES_OF_PIECE):
        return None
    return f"its rates have {grouped(count)} operations, too long to compile; reference takes them"


def _too_entangled(problem: InitialValueProblem, method: str) -> str | None:
    """Return why steps of a stiff method are not compiled: elimination would be too long."""
    n, tableau = problem.system.n_states, SHELF[method].tableau if method in SHELF else None
    if tableau is None or tableau.is_explicit or n <= LARGEST_WHOLE:
        return None
    if isinstance(tableau, RosenbrockTableau):
        if n <= MOST_WRITTEN_OUT:
            return None
        return (
            f"steps of {method} are compiled as one stretch of code, for up to {MOST_WRITTEN_OUT} "
            f"states and not {n}; radau9 takes them in loops"
        )
    if on_states(problem.system):
        return f"steps of {method} in loops are not made again up to an event; rodas5p's are"
    count = entangled(problem.system)
    if count <= MOST_PRODUCTS:
        return None
    return (
        f"its {n} states act on one another in so many ways that an elimination takes "
        f"{grouped(count)} products; scipy:LSODA takes full matrices"
    )


BACKEND = Lanes()


@lru_cache(maxsize=64)
def program(
    system: FirstOrderSystem, method: Method, adaptive: bool, controlled: int,
    tally: Tape | None, recording: bool, crowd: bool, watched: Tape | None,
) -> Program:  # fmt: skip
    """Return the compiled lanes of a system by a method.

    Parameters
    ----------
    system, method
        What steps, and how.
    adaptive
        Whether steps are chosen by the error.
    controlled
        How many states' errors count.
    tally
        What is added up at outputs; None to keep the states there.
    recording
        Whether accepted steps are kept, to be gone back over.
    crowd
        Whether there are so many trajectories that two vectors of them are worth their longer code.
    watched
        (t, y, p) to the values of conditions that are looked at in every step.
    """
    chosen = method.adaptive if adaptive else method
    look = None
    if watched is not None:
        look = probes(system, interpolation(ELEMENT, chosen), watched)
    # What is added up must not depend on how many outputs are added at a time.
    doubled = crowd and tally is None and system.n_states <= LARGEST_DOUBLED
    machine = host().doubled if doubled else host()
    stepper, n_kept, size, places = _stepper(system, chosen, controlled, look)
    handed_on: tuple[tuple[str, int | None], ...] = ()
    if isinstance(stepper, Iterating):
        handed_on = stepper.rows
    elif isinstance(stepper, Whole) and isinstance(stepper.integrator.step, Iterated):
        handed_on = stepper.integrator.step.hands_on
    layout = Layout(
        machine.width, system.n_states, system.n_parameters, n_kept, isinstance(stepper, InParts),
        0 if watched is None else len(watched.outputs), stepper.dense_rows, tally is not None,
        handed_on, recording,
    )  # fmt: skip
    text = kernel(stepper, machine, layout, adaptive=adaptive, tally=tally)
    return Program(compiled(text, SIGNATURES), layout, stepper.n_stages, size, places)


def _stepper(
    system: FirstOrderSystem, method: Method, controlled: int, look: Composed | None
) -> tuple[Whole | Looped | Iterating, int, int, Int]:
    """Return who writes steps, the vectors they keep, about their operations, and their places."""
    n, none = system.n_states, np.zeros(1, dtype=np.int64)
    if n <= LARGEST_WHOLE or isinstance(method.tableau, RosenbrockTableau):
        integrator = compose(system, method, controlled)
        return Whole(integrator, look), integrator.n_kept, integrator.step.size, none
    if method.tableau.is_explicit:
        stages = compose_stages(system, method)
        size = stages.n_stages * (stages.rates.size + n * stages.n_stages)
        kept = len(stages.times) + 2 - stages.shared
        return Looped(stages, controlled, look), kept, size, none
    parts = compose_large(system, method)
    stepper, count = Iterating(parts, controlled, look), parts.newton.count
    size = parts.n_stages * (parts.rates.size + n * count) + parts.elimination.size
    return stepper, count, size, np.array(stepper.lists.places, dtype=np.int64)


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


class _Run:
    """One batch on its way: the arrays of results, and the pieces that fill them."""

    def __init__(self, problem: InitialValueProblem, method: Method) -> None:
        self.visited, adaptive = visited(problem), problem.step is None
        if self.visited and problem.tally is not None:  # of states that may change after all
            problem = replace(problem, tally=None)
        self.problem, self.method = problem, method.adaptive if adaptive else method
        tally = problem.tally
        recording = tally is not None and bool(tally.by)
        kind = (
            adaptive,
            problem.n_controlled,
            tally and tally.tape,
            recording,
            problem.batch >= CROWD,
        )
        self.program = program(problem.system, method, *kind, watched(problem))
        layout, self.back = self.program.layout, None
        self.sums = tally and Sums(problem, tally, layout.width)
        if tally is not None and recording:
            self.back = WayBack(problem, tally, self.method, layout)
        (n, n_batch), n_times = problem.y0.shape, 0 if tally else len(problem.t_eval)
        self.out: Float = np.empty((n, n_batch, n_times))
        self.out.fill(np.nan)
        self.t: Float = np.empty(n_batch)
        # Status, state to blame, accepted and rejected steps, and evaluations.
        self.ends: list[Int] = [np.empty(n_batch, dtype=np.int64) for _ in range(5)]
        self.crossings: Float | None = None
        if problem.conditions is not None:
            self.crossings = np.empty((len(problem.conditions.outputs), n_batch))
        self.messages: dict[int, str] = {}
        self.logs: dict[int, EventLog] = {}
        self.stopped = False

    def go(self, progress: Progress | None) -> Trajectories:
        """Integrate, by as many threads as there are processors and pieces."""
        batch, size = self.problem.batch, self._size()
        pieces = [slice(begin, min(begin + size, batch)) for begin in range(0, batch, size)]
        if len(pieces) == 1:
            self._piece(pieces[0])
            _tell(progress, 1.0)
            return self._result()
        with ThreadPoolExecutor(min(processors(), len(pieces))) as pool:
            try:
                waiting = {pool.submit(self._piece, piece) for piece in pieces}
                while waiting:
                    done, waiting = wait(waiting, 0.1, FIRST_EXCEPTION)
                    for future in done:
                        future.result()
                    _tell(progress, 1 - len(waiting) / len(pieces))
            finally:
                self.stopped = True
        return self._result()

    def _size(self) -> int:
        """Return how many trajectories make a piece."""
        if not self.visited:
            return PIECE if self.back is None else RECORDED
        return max(1, min(VISITED, WORDS // self.program.layout.account["words"]))

    def _piece(self, part: slice) -> None:
        """Integrate some of the trajectories."""
        whole = part.start == 0 and part.stop == self.problem.batch
        problem = self.problem if whole else self.problem.members(part)
        out = self.out if whole else self.out[:, part]
        piece = Piece(problem, self.program, out, self._sums(part.start), lambda: self.stopped)
        extra: Int | int = 2
        if self.visited:
            extra = self._visit(part, piece)
        elif problem.t_end == problem.t0:
            pass
        elif self.back is not None:
            self.back.take(part.start, piece)
        else:
            piece.run(piece.given.everyone)
        t, (status, state, n_steps, n_rejected) = piece.account.ends()
        if np.count_nonzero(status):  # success is zero
            self._understand(part.start, piece)
        count = (n_steps + n_rejected) * self.program.n_stages + extra
        ends = [status, state, n_steps, n_rejected, count]
        if whole:
            self.t, self.ends = t, ends
            return
        self.t[part] = t
        for row, values in zip(self.ends, ends, strict=True):
            row[part] = values

    def _sums(self, begin: int) -> tuple[int, int, int]:
        """Return what a piece is told of sums: the readings, and where its own are."""
        if self.sums is None:
            return 0, 0, 0
        readings, length, values = self.sums.head
        return readings, length, values + begin * self.sums.values.shape[1] * WORD

    def _visit(self, part: slice, piece: Piece) -> Int:
        """Integrate trajectories to which something happens; return evaluations besides steps."""
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
        full = failed[account.status[failed] == Status.MAX_STEPS]
        stiff, said = suspicion(
            piece.problem, full, account.t[full], account.y[:, full], account.h[full]
        )
        account.status[stiff] = Status.STIFF
        self.messages |= {begin + i: words for i, words in said.items()}
        values = piece.out[:, failed]
        values[~np.isfinite(values)] = np.nan
        piece.out[:, failed] = values

    def _result(self) -> Trajectories:
        """Return the trajectories."""
        logs = [self.logs[begin] for begin in sorted(self.logs)]
        status, state, n_steps, n_rejected, n_evaluations = self.ends
        return Trajectories(
            self.out, status, self.t, state, n_steps, n_rejected, n_evaluations, self.crossings,
            self.messages, EventLog.gather(logs) if logs else None,
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


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
