"""A trajectory made ready: its memory is laid out once, and copied for every run."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from struct import pack_into
from typing import NamedTuple

import numpy as np

from ...models.once import once
from ...models.system import FirstOrderSystem
from ..arrays import Float, columns, own_address
from ..kernels.page import WORD
from ..method import Method
from ..problem import InitialValueProblem
from ..trajectories import Trajectories
from .account import Account
from .assemble import program
from .layout import HEAD
from .piece import Piece, given

MOST = 1 << 14  # words of memory, which are copied in a few microseconds
AHEAD = 2  # evaluations before the first step
_OWN = HEAD.index("account") * WORD  # of two addresses in the head, in bytes: that and "out"
_GIVEN = HEAD.index("p") * WORD  # of an address and two strides


class Ground:
    """Memory for the one trajectory of a problem, laid out: other start values may follow.

    Parameters
    ----------
    piece
        The trajectory of the first such problem.
    """

    def __init__(self, piece: Piece) -> None:
        program, table = piece.program, piece.account.table
        # All that the head points at.
        self.kept = program, piece.given, piece.everyone, piece.problem.atol
        self.begin, self.run = program.code.functions
        self.iterations, self.n_stages = program.iterations(piece.out.shape[-1]), program.n_stages
        parts = [piece.block(piece.everyone), table.ravel(), piece.out.ravel()]
        self.memory: Float = np.concatenate(parts)
        self.table, self.out = parts[0].size, parts[0].size + parts[1].size
        self.shape, self.layout = piece.out.shape, program.layout
        self.written = bool(piece.given.due[0] == piece.problem.t0)  # the start, as an output
        names = ("status", "t", "state", "n_steps", "n_rejected")
        places = [self.table + program.layout.account[name] for name in names]
        self.places = [slice(place, place + 1) for place in places]

    def place(self, memory: Float) -> int:
        """Return the address of a copy of the memory, which is told where it is."""
        place = own_address(memory)
        pack_into("=qq", memory.data, _OWN, place + self.table * WORD, place + self.out * WORD)
        return place

    def filled(self, problem: InitialValueProblem) -> Ready:
        """Return lanes that hold a problem's trajectory."""
        memory = self.memory.copy()
        pack_into("=qqq", memory.data, _GIVEN, *columns(problem.p))
        y0 = problem.y0[:, 0]
        Account(self.layout, memory[self.table : self.out].reshape(1, -1)).y[:, 0] = y0
        if self.written:
            memory[self.out :].reshape(self.shape)[:, 0, 0] = y0
        self.begin(self.place(memory))
        return Ready(self, memory, problem.p)


class Ready(NamedTuple):
    """Lanes filled with a trajectory, before its first step.

    They do not hold the problem, which may be forgotten together with them.

    Parameters
    ----------
    ground, memory
        What is where, and what is there.
    p
        Parameters, (parameter, batch), to which the memory points.
    """

    ground: Ground
    memory: Float
    p: Float

    def go(self) -> Trajectories | None:
        """Return the trajectory, or None where it does not reach its end."""
        ground, memory = self.ground, self.memory.copy()
        place, run, iterations = ground.place(memory), ground.run, ground.iterations
        while run(place, iterations):
            pass
        words, (status, t, state, good, bad) = memory.view(np.int64), ground.places
        if words[status.start]:  # success is zero
            return None
        n_steps, n_rejected = words[good], words[bad]
        count = int(n_steps[0] + n_rejected[0]) * ground.n_stages + AHEAD
        return Trajectories.alone(
            y=memory[ground.out :].reshape(ground.shape), status=words[status], t=memory[t],
            state=words[state], n_steps=n_steps, n_rejected=n_rejected,
            n_evaluations=np.array([count]),
        )  # fmt: skip


def ready(problem: InitialValueProblem, method: Method, max_steps: int) -> Ready | None:
    """Return a problem made ready, or None where a batch is needed: it is large, or not plain.

    On the way of a plain one nothing happens, no condition is looked at, nothing is added up.
    """
    known, kind = _known(problem), (method.name, max_steps)
    if kind not in known:
        ground = None
        if _plain(problem):
            ground = _laid_out(_Kind(problem, method, max_steps))
        known[kind] = ground and ground.filled(problem)
    return known[kind]


@once
def _known(problem: InitialValueProblem) -> dict[tuple[str, int], Ready | None]:
    """Return where a problem is remembered as ready, by method and limit."""
    del problem
    return {}


def _plain(problem: InitialValueProblem) -> bool:
    return not (
        problem.batch > 1
        or problem.system.events
        or problem.conditions is not None
        or problem.tally is not None
        or problem.t_end == problem.t0
        or len(problem.y0) * (len(problem.t_eval) + 1) > MOST
    )


class _Kind:
    """What problems have in common that differ in start values and parameters alone."""

    def __init__(self, problem: InitialValueProblem, method: Method, max_steps: int) -> None:
        self.problem, self.method, self.max_steps = problem, method, max_steps
        self.key = (
            id(problem.system), method.name, max_steps, problem.rtol, problem.step,
            problem.t_eval.tobytes(), problem.atol.tobytes(),
        )  # fmt: skip
        self.system: FirstOrderSystem = problem.system

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kind) and self.key == other.key


@lru_cache(maxsize=64)
def _laid_out(kind: _Kind) -> Ground | None:
    problem = replace(kind.problem, max_steps=kind.max_steps)
    adaptive = problem.step is None
    method = kind.method.adaptive if adaptive else kind.method
    kinds = (adaptive, problem.n_controlled, None, False, False, None)
    made = program(problem.system, method, *kinds)
    out = np.full((*problem.y0.shape, len(problem.t_eval)), np.nan)
    found = Ground(Piece(problem, made, out, (0, 0, 0), lambda: False, given(problem)))
    return None if found.memory.size > MOST else found
