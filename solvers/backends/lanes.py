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
from dataclasses import dataclass
from functools import lru_cache
from threading import Event

import numpy as np

from ...models.system import FirstOrderSystem
from ..arrays import Float
from ..backend import Progress, not_on, stepping_methods, stepping_refusal, without_events
from ..integrator import Integrator, compose
from ..kernels.compile import Code, compiled, host, unsupported
from ..kernels.lanes import SIGNATURES, kernel
from ..kernels.layout import HEAD, Layout
from ..method import Method
from ..methods import SHELF
from ..problem import InitialValueProblem
from ..status import Status
from ..stiffness import suspicion
from ..trajectories import Trajectories

PIECE = 2048  # trajectories that one thread takes at a time
FEWEST = 256  # trajectories from which a second thread pays
BETWEEN = 2e7  # operations between two looks at the keyboard: some hundredths of a second
_STRIDES = ("y0", "p", "atol")


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
            or stepping_refusal("lanes", problem, method)
            or unsupported()
        )

    def solve(
        self, problem: InitialValueProblem, method: str, progress: Progress | None = None
    ) -> Trajectories:
        """Return the trajectories of a problem."""
        adaptive = problem.step is None
        program = _program(problem.system, SHELF[method], adaptive)
        run = _Run(problem, program)
        if problem.t_end != problem.t0 and problem.batch:
            run.go(progress)
        return run.result()


BACKEND = Lanes()


@dataclass(frozen=True)
class _Program:
    """Compiled lanes of a system by a method."""

    code: Code
    layout: Layout
    integrator: Integrator

    @property
    def iterations(self) -> int:
        """How many iterations take a few hundredths of a second."""
        return max(1, int(BETWEEN / len(self.integrator.attempt.tape.nodes)))


@lru_cache(maxsize=64)
def _program(system: FirstOrderSystem, method: Method, adaptive: bool) -> _Program:
    integrator = compose(system, method.adaptive if adaptive else method)
    machine = host()
    layout = Layout(machine.width, system.n_states, system.n_parameters, integrator.n_kept)
    text = kernel(integrator, machine, layout, adaptive=adaptive)
    return _Program(compiled(text, SIGNATURES), layout, integrator)


class _Run:
    """One batch on its way: the arrays of results, and the blocks that fill them."""

    def __init__(self, problem: InitialValueProblem, program: _Program) -> None:
        n, n_batch, n_times = len(problem.y0), problem.batch, len(problem.t_eval)
        self.problem, self.program = problem, program
        self.at_start = int(problem.t_eval[0] == problem.t0)
        self.out: Float = np.full((n, n_batch, n_times), np.nan)
        if self.at_start:
            self.out[:, :, 0] = problem.y0
        self.due: Float = np.full(n_times + program.layout.width, problem.direction * np.inf)
        self.due[:n_times] = problem.t_eval
        self.status, self.state = (np.zeros(n_batch, np.int64) for _ in range(2))
        self.state -= 1
        self.t, self.h = np.full(n_batch, problem.t0), np.zeros(n_batch)
        self.n_steps, self.n_rejected = (np.zeros(n_batch, np.int64) for _ in range(2))
        self.longest = problem.longest_step if problem.step is None else np.inf
        self.stopped = Event()

    def go(self, progress: Progress | None) -> None:
        """Integrate, by as many threads as there are processors and pieces."""
        pieces = [
            (begin, min(begin + PIECE, self.problem.batch))
            for begin in range(0, self.problem.batch, PIECE)
        ]
        if self.problem.batch < FEWEST or len(pieces) == 1:
            for piece in pieces:
                self._piece(piece)
                _tell(progress, piece[1] / self.problem.batch)
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
                self.stopped.set()

    def _piece(self, piece: tuple[int, int]) -> None:
        """Integrate some of the trajectories."""
        block = self._block(*piece)
        begin, run = self.program.code.functions
        begin(block.ctypes.data)
        while not self.stopped.is_set() and run(block.ctypes.data, self.program.iterations):
            pass

    def _block(self, begin: int, end: int) -> Float:
        """Return the working memory of one piece, its head written."""
        problem, layout = self.problem, self.program.layout
        given = {"y0": problem.y0, "p": problem.p, "atol": _wide(problem)}
        head: dict[str, int | float] = {
            "next": begin, "end": end, "staged": begin - layout.width, "cursor": layout.width,
            "live": 0, "n_times": len(problem.t_eval), "at_start": self.at_start,
            "max_steps": problem.max_steps, "t0": problem.t0, "t_end": problem.t_end,
            "span": problem.t_end - problem.t0, "rtol": problem.rtol,
            "direction": problem.direction, "longest": self.longest,
            "step": problem.direction * (problem.step or 0.0), "t_eval": self.due.ctypes.data,
            "out": self.out.ctypes.data, "out_row": self.out.strides[0] // 8,
            "out_column": self.out.strides[1] // 8,
        }  # fmt: skip
        for name, array in given.items():
            row, column = (stride // 8 for stride in array.strides)
            head |= {name: array.ctypes.data, f"{name}_row": row, f"{name}_column": column}
        for name in ("status", "state", "t", "h", "n_steps", "n_rejected"):
            head[name] = getattr(self, name).ctypes.data
        raw = np.zeros(layout.words + 8)
        block = raw[-(raw.ctypes.data // 8) % 8 :]
        struct.pack_into(_FORMAT, block.data, 0, *(head[name] for name in HEAD))
        return block

    def result(self) -> Trajectories:
        """Return the trajectories, with what is known of those that failed."""
        problem = self.problem
        full = np.flatnonzero(self.status == Status.MAX_STEPS)
        messages: dict[int, str] = {}
        if full.size:
            stiff, messages = suspicion(
                problem, full, self.t[full], self.out[:, full, -1], self.h[full]
            )
            self.status[stiff] = Status.STIFF
        self.out[:, self.status != Status.SUCCESS, -1] = np.nan
        self.out[~np.isfinite(self.out)] = np.nan
        count = (self.n_steps + self.n_rejected) * self.program.integrator.n_stages + 2
        return Trajectories(
            self.out, self.status, self.t, self.state, self.n_steps, self.n_rejected, count,
            None, messages,
        )  # fmt: skip


_NUMBERS = frozenset({"t0", "t_end", "span", "rtol", "direction", "longest", "step"})
_FORMAT = "=" + "".join("d" if name in _NUMBERS else "q" for name in HEAD)


def _wide(problem: InitialValueProblem) -> Float:
    return np.broadcast_to(problem.atol, problem.y0.shape)


def _tell(progress: Callable[[float], None] | None, fraction: float) -> None:
    if progress:
        progress(fraction)


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
