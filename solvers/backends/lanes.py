"""The lanes backend: compiled code that integrates W trajectories side by side in one vector.

It takes the same tapes as the reference backend and agrees with it to rounding: products are fused
with sums, functions may differ in the last place, and the factor from step to step in the eighth
digit. A trajectory's numbers do not depend on its batch, its lane or its thread.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from ...models.errors import grouped
from ...models.once import once
from ...models.system import FirstOrderSystem
from ...models.tape import Tape
from ..arrays import Float, Int, address, columns, own_address
from ..backend import Progress, not_on, stepping_methods, stepping_refusal, without_events
from ..compose.large import compose_large, entangled
from ..compose.program import Iterated
from ..compose.stages import compose_stages
from ..integrator import compose
from ..kernels.compile import Code, compiled, host, unsupported
from ..kernels.page import Machine
from ..kernels.special import lacking
from ..lanes.driver import SIGNATURES, kernel
from ..lanes.layout import ENDS, HEAD_FORMAT, Layout
from ..lanes.looped import Looped
from ..lanes.newton import Iterating
from ..lanes.rows import PIECE as STATES_OF_PIECE
from ..lanes.whole import Whole
from ..method import Method
from ..methods import SHELF
from ..problem import InitialValueProblem
from ..rosenbrock import RosenbrockTableau
from ..status import Status
from ..stiffness import suspicion
from ..tally import Sums
from ..trajectories import Trajectories
from ._way_back import WayBack, too_long_back

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
BETWEEN = 2e7  # operations between two looks at the keyboard: some hundredths of a second


@dataclass(frozen=True)
class Lanes:
    """Batched Runge-Kutta and Rosenbrock methods as machine code."""

    @property
    def methods(self) -> tuple[str, ...]:
        """Names of the methods whose steps are composed, tsit5 first."""
        return stepping_methods()

    def refusal(self, problem: InitialValueProblem, method: str) -> str | None:
        """Return why it cannot solve this problem, or None if it can."""
        if problem.conditions is not None:
            return "it does not watch conditions; reference does"
        return (
            not_on(problem)
            or without_events(problem)
            or _too_long(problem)
            or stepping_refusal("lanes", problem, method)
            or _too_entangled(problem, method)
            or lacking("lanes", problem.system.vector_field)
            or unsupported()
        )

    def irreversible(self, problem: InitialValueProblem, method: str) -> str | None:
        """Return why it cannot go back over the steps of a problem, or None if it can."""
        return self.refusal(problem, method) or too_long_back(problem, SHELF[method])

    def solve(
        self, problem: InitialValueProblem, method: str, progress: Progress | None = None
    ) -> Trajectories:
        """Return the trajectories of a problem, or what its tally adds up."""
        run = _Run(problem, program(problem.system, SHELF[method], *_given(problem).kind), method)
        if problem.t_end == problem.t0:
            run.rest()
        else:
            run.go(progress)
        return run.result()


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
    count = entangled(problem.system)
    if count <= MOST_PRODUCTS:
        return None
    return (
        f"its {n} states act on one another in so many ways that an elimination takes "
        f"{grouped(count)} products; scipy:LSODA takes full matrices"
    )


BACKEND = Lanes()


@dataclass(frozen=True)
class _Program:
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
    """

    code: Code
    layout: Layout
    n_stages: int
    size: int
    places: Int = field(default_factory=lambda: np.zeros(1, dtype=np.int64))

    @property
    def iterations(self) -> int:
        """How many iterations take a few hundredths of a second."""
        return max(1, int(BETWEEN / self.size))


@lru_cache(maxsize=64)
def program(
    system: FirstOrderSystem, method: Method, adaptive: bool, controlled: int,
    tally: Tape | None, recording: bool, crowd: bool,
) -> _Program:  # fmt: skip
    """Return the compiled lanes of a system by a method.

    Parameters
    ----------
    system, method
        What is integrated, and how.
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
    """
    chosen = method.adaptive if adaptive else method
    extra = {"tallied": tally is not None, "recording": recording}
    options: dict[str, Any] = {"adaptive": adaptive, "tally": tally}
    if system.n_states > LARGEST_WHOLE and not isinstance(method.tableau, RosenbrockTableau):
        make = _looped if method.tableau.is_explicit else _iterating
        return make(system, chosen, controlled, extra, options)
    # What is added up must not depend on how many outputs are added at a time.
    doubled = crowd and tally is None and system.n_states <= LARGEST_DOUBLED
    machine = host().doubled if doubled else host()
    return _whole(system, chosen, controlled, machine, extra, options)


def _whole(
    system: FirstOrderSystem, method: Method, controlled: int, machine: Machine,
    extra: dict[str, bool], options: dict[str, Any],
) -> _Program:  # fmt: skip
    integrator = compose(system, method, controlled)
    step = integrator.step
    layout = Layout(
        machine.width, system.n_states, system.n_parameters, integrator.n_kept,
        tallied=extra["tallied"], recording=extra["recording"],
        handed_on=step.hands_on if isinstance(step, Iterated) else (),
    )  # fmt: skip
    text = kernel(Whole(integrator), machine, layout, **options)
    size = step.size
    return _Program(compiled(text, SIGNATURES), layout, integrator.n_stages, size)


def _looped(
    system: FirstOrderSystem, method: Method, controlled: int, extra: dict[str, bool],
    options: dict[str, Any],
) -> _Program:  # fmt: skip
    stages, machine = compose_stages(system, method), host()
    slopes = len(stages.times) + 2 - stages.shared
    n = system.n_states
    layout = Layout(
        machine.width, n, system.n_parameters, slopes, looped=True,
        tallied=extra["tallied"], recording=extra["recording"],
    )  # fmt: skip
    text = kernel(Looped(stages, controlled), machine, layout, **options)
    size = stages.n_stages * (len(stages.rates.tape.nodes) + n * stages.n_stages)
    return _Program(compiled(text, SIGNATURES), layout, stages.n_stages, size)


def _iterating(
    system: FirstOrderSystem, method: Method, controlled: int, extra: dict[str, bool],
    options: dict[str, Any],
) -> _Program:  # fmt: skip
    parts, machine, n = compose_large(system, method), host(), system.n_states
    stepper = Iterating(parts, controlled)
    layout = Layout(
        machine.width, n, system.n_parameters, parts.newton.count, looped=True,
        tallied=extra["tallied"], recording=extra["recording"], handed_on=stepper.rows,
    )  # fmt: skip
    text = kernel(stepper, machine, layout, **options)
    size = parts.n_stages * (parts.rates.size + n * parts.newton.count) + parts.elimination.size
    places = np.array(stepper.lists.places, dtype=np.int64)
    return _Program(compiled(text, SIGNATURES), layout, parts.n_stages, size, places)


@dataclass(frozen=True, eq=False)
class _Given:
    """What every block of a problem is told.

    Parameters
    ----------
    at_start
        How many outputs are at the start itself.
    n_times
        For how many there is room: one, where outputs are added up, for the last state of those
        that fail.
    due
        Output times, and after them such as never come.
    head
        What the head says of them, of limits and of the problem's arrays.
    kind
        Of the program: what `program` asks beside system and method.
    """

    at_start: int
    n_times: int
    due: Float
    head: tuple[float, ...]
    kind: tuple[bool, int, Tape | None, bool, bool]


@once
def _given(problem: InitialValueProblem) -> _Given:
    times = problem.t_eval if problem.tally is None else problem.t_eval[problem.tally.places]
    n_times, at_start = len(times), int(np.count_nonzero(times == problem.t0))
    due: Float = np.full(n_times + host().doubled.width, problem.direction * np.inf)
    due[:n_times] = times
    n_times = n_times if problem.tally is None else 1
    longest = problem.longest_step if problem.step is None else np.inf
    head = (
        n_times, at_start, problem.max_steps, problem.t0, problem.t_end,
        problem.t_end - problem.t0, problem.rtol, problem.direction, longest,
        problem.direction * (problem.step or 0.0),
        *columns(problem.y0), *columns(problem.p), *columns(problem.atol), address(due),
    )  # fmt: skip
    tape, recording = problem.tally and problem.tally.tape, bool(problem.tally and problem.tally.by)
    kind = problem.step is None, problem.n_controlled, tape, recording, problem.batch >= CROWD
    return _Given(at_start, n_times, due, head, kind)


class _Run:
    """One batch on its way: the arrays of results, and the blocks that fill them."""

    def __init__(self, problem: InitialValueProblem, program: _Program, method: str) -> None:
        n, n_batch = problem.y0.shape
        self.problem, self.program, self.given = problem, program, _given(problem)
        width = program.layout.width
        self.sums = problem.tally and Sums(problem, problem.tally, width)
        self.out: Float = np.empty((n, n_batch, self.given.n_times))
        self.out.fill(np.nan)
        if self.given.at_start and not self.sums:
            self.out[:, :, 0] = problem.y0
        self.ends: Float = np.zeros((len(ENDS), n_batch))
        self.stopped = False
        tally = problem.tally
        self.back = None
        if tally is not None and tally.by:
            chosen = SHELF[method].adaptive if problem.step is None else SHELF[method]
            self.back = WayBack(problem, tally, chosen, program.layout, self.ends)

    def go(self, progress: Progress | None) -> None:
        """Integrate, by as many threads as there are processors and pieces."""
        batch = self.problem.batch
        size = PIECE if self.back is None else RECORDED
        pieces = [(begin, min(begin + size, batch)) for begin in range(0, batch, size)]
        if len(pieces) == 1:
            self._piece(pieces[0])
            _tell(progress, 1.0)
            return
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

    def rest(self) -> None:
        """Note that all are where they began."""
        self.ends[_ROW["t"]] = self.problem.t0
        self.ends.view(np.int64)[_ROW["state"]] = -1

    def _piece(self, piece: tuple[int, int]) -> None:
        """Integrate some of the trajectories."""
        block = self._block(*piece)
        begin, run = self.program.code.functions
        place = own_address(block)
        begin(place)
        if self.back is not None:
            self.back.piece(
                piece, block, lambda count: run(place, count), self.program.iterations,
                lambda: not self.stopped,
            )  # fmt: skip
            return
        while not self.stopped and run(place, self.program.iterations):
            pass

    def _block(self, begin: int, end: int) -> Float:
        """Return the working memory of one piece, its head written."""
        layout, (_, batch, n_times) = self.program.layout, self.out.shape
        block = np.zeros(layout.words)
        struct.pack_into(
            HEAD_FORMAT, block.data, 0,
            begin, end, begin - layout.width, layout.width, 0, *self.given.head,
            own_address(self.out), batch * n_times, n_times, own_address(self.ends), batch,
            address(self.program.places), *(self.sums.head if self.sums else _NOTHING),
        )  # fmt: skip
        return block

    def result(self) -> Trajectories:
        """Return the trajectories, with what is known of those that failed."""
        numbers, whole = self.ends, self.ends.view(np.int64)
        status, state = whole[_ROW["status"]], whole[_ROW["state"]]
        t, h = numbers[_ROW["t"]], numbers[_ROW["h"]]
        n_steps, n_rejected = whole[_ROW["n_steps"]], whole[_ROW["n_rejected"]]
        messages: dict[int, str] = {}
        if np.count_nonzero(status):  # success is zero
            messages = self._understand(np.flatnonzero(status), status, t, h)
        count = (n_steps + n_rejected) * self.program.n_stages + 2
        y, sums = self.out, None
        if self.sums is not None:
            terms = [self.sums.values.T, *([self.back.gradient()] if self.back else [])]
            reached = status == Status.SUCCESS
            y, sums = y[:, :, :0], np.where(reached, np.concatenate(terms), np.nan)
        return Trajectories(
            y, status, t, state, n_steps, n_rejected, count, messages=messages, sums=sums
        )

    def _understand(self, failed: Int, status: Int, t: Float, h: Float) -> dict[int, str]:
        """Tell the stiff from those that had a long way, and remove what is no result."""
        full = failed[status[failed] == Status.MAX_STEPS]
        last = self.out[:, full, -1]  # where they are, the code says
        stiff, messages = suspicion(self.problem, full, t[full], last, h[full])
        status[stiff] = Status.STIFF
        values = self.out[:, failed]
        values[:, :, -1] = np.nan
        values[~np.isfinite(values)] = np.nan
        self.out[:, failed] = values
        return messages


_ROW = {name: row for row, name in enumerate(ENDS)}


_NOTHING = (0,) * 8  # words of the head that only sums need


def _tell(progress: Callable[[float], None] | None, fraction: float) -> None:
    if progress:
        progress(fraction)


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
