"""A trajectory made ready: its memory is laid out once, and made what it was for every run."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache, partial
from itertools import pairwise
from struct import pack_into

import numpy as np

from ...models.system import FirstOrderSystem
from ..arrays import Float, own_address
from ..divisors import as_before, look
from ..kernels.page import WORD
from ..method import Method
from ..problem import InitialValueProblem
from ..row_bounds import own_system
from ..status import Status
from ..stiffness import far_alone, held_back_alone, looks
from ..trajectories import Alone, Trajectories
from .account import Account
from .assemble import program
from .layout import ENDS, HEAD
from .loop.driver import ORDER
from .piece import AHEAD, Piece, given

MOST = 1 << 14  # words of memory, which are copied in a few microseconds
_OWN = HEAD.index("account") * WORD  # of two addresses in the head, in bytes: that and "out"
_GIVEN = HEAD.index("p") * WORD  # of an address and two strides
_LANES = HEAD.index("places")  # words before it change as lanes are filled
_MOST = HEAD.index("max_steps")
_MAX_STEPS = int(Status.MAX_STEPS)


class Ground:
    """Memory for the one trajectory of a problem, laid out: other start values may follow.

    It holds the head and the lane, parameters, the account, and the outputs. The last two are what
    is found.

    Parameters
    ----------
    piece
        The trajectory of the first such problem.
    """

    def __init__(self, piece: Piece) -> None:
        program, table, p = piece.program, piece.account.table, piece.problem.p
        # All that the head points at.
        self.kept = program, piece.given, piece.everyone, piece.problem.atol
        self.begin, self.run, self.again = program.code.functions
        self.looks, self.way = looks(piece.problem), (piece.problem.t0, piece.problem.t_end)
        self.held_back = partial(
            held_back_alone, own_system(piece.problem), piece.problem.direction
        )
        self.iterations, self.n_stages = program.iterations(piece.out.shape[-1]), program.n_stages
        parts = [piece.block(piece.everyone), p[:, 0], table.ravel(), piece.out.ravel()]
        self.memory: Float = np.concatenate(parts)
        self.p, self.table, self.out, _ = (int(n) for n in np.cumsum([x.size for x in parts]))
        self.shape, self.layout = piece.out.shape, program.layout
        self.written = bool(piece.given.due[0] == piece.problem.t0)  # the start, as an output
        places = {name: program.layout.account[name] for name in ENDS}
        self.ends = {name: slice(place, place + 1) for name, place in places.items()}
        self.idle: list[Lane] = []  # from which taking one, and giving it back, is atomic

    def take(self) -> Lane:
        """Return a lane that nobody else uses, a new one if there is none."""
        try:
            return self.idle.pop()
        except IndexError:
            return Lane(self)


class Lane:
    """A lane and its memory, and what this memory is at first.

    Parameters
    ----------
    ground
        What is where.
    """

    def __init__(self, ground: Ground) -> None:
        self.written = ground.written
        self.memory = ground.memory.copy()
        order: Float = np.concatenate([np.empty(ORDER), ground.memory])
        place, self.origin = own_address(self.memory), order[ORDER:]
        pack_into("=qqq", order.data, 0, place, ground.out * WORD, ground.iterations)
        head, after = self.origin.data, [place + n * WORD for n in (ground.table, ground.out)]
        pack_into("=qq", head, _OWN, *after)
        pack_into("=qqq", head, _GIVEN, place + ground.p * WORD, 1, 0)
        self.again = partial(ground.again, own_address(order))
        self.run = partial(ground.run, place, ground.iterations)
        self.found = self.memory[ground.table :]
        self.status = ground.layout.account["status"]
        self.begin = partial(ground.begin, place)
        self.looks, self.way = ground.looks, ground.way
        self.state, self.time, self.step = (
            ground.layout.account[name] for name in ("state", "t", "h")
        )
        self.head, self.first_head = self.memory[:_LANES], self.origin[:_LANES]
        self.counts, self.whole = self.memory.view(np.int64), self.found.view(np.int64)
        begin, self.held_back = ground.layout.account["y"], ground.held_back
        self.at = self.found[begin : begin + ground.layout.n]
        self.p = self.origin[ground.p : ground.table]
        account = Account(ground.layout, self.origin[ground.table : ground.out].reshape(1, -1))
        self.y0: Float = account.y[:, 0]
        self.y: Float = self.memory[ground.out :].reshape(ground.shape)[:, 0]

    def arrives(self, y0: Float, p: Float) -> bool:
        """Run from start values and parameters, and tell whether the end was reached."""
        self.p[...] = p  # which takes half the time of a slice
        self.y0[...] = y0
        if self.written:
            self.y[:, 0] = y0
        left = self.again()
        if left <= 0:
            return not left or self._goes_on(-left)  # success is zero
        while self.run():
            pass
        status = self.whole.item(self.status)
        return not status or self._goes_on(status)

    def _goes_on(self, status: int) -> bool:
        """Go on after every look, unless stiffness holds it back; tell whether the end came."""
        found = self.whole
        for count, most in pairwise(self.looks):
            if status != _MAX_STEPS:
                return False
            t, h = self.found.item(self.time), self.found.item(self.step)
            if far_alone(self.way, t, h, count) and self.held_back(t, self.at, self.p, h):
                return False
            self.head[:] = self.first_head
            self.counts[_MOST], found[self.status], found[self.state] = most, 0, -1
            self.begin()
            while self.run():
                pass
            status = found.item(self.status)
            if not status:
                return True
        return False


class Ready:
    """A trajectory's numbers, and where they are put.

    It does not hold the problem, which may be forgotten together with it.

    Parameters
    ----------
    ground
        Whose lanes are taken, one for each who solves at the same time.
    problem
        The trajectory's.
    """

    def __init__(self, ground: Ground, problem: InitialValueProblem) -> None:
        self.ground, self.fails = ground, False
        self.y0, self.p = problem.y0[:, 0], problem.p[:, 0]
        self.knows = as_before(problem)

    def go(self) -> Trajectories | None:
        """Return the trajectory, or None where it does not reach its end."""
        if self.fails:  # as it did before
            return None
        ground = self.ground
        lane = ground.take()
        self.fails = not lane.arrives(self.y0, self.p)
        found = lane.found.copy()
        ground.idle.append(lane)
        if self.fails:
            return None
        y = found[ground.out - ground.table :].reshape(ground.shape)
        return Alone.of(y, found, ground.ends, ground.n_stages, AHEAD)

    def values(self, y0: Float, p: Float) -> Float | None:
        """Return the states at outputs, (state, time), from other numbers; None where it fails."""
        if self.knows and not self.knows(y0, p):
            return None
        lane = self.ground.take()
        found = lane.y.copy() if lane.arrives(y0, p) else None
        self.ground.idle.append(lane)
        return found


def ready(problem: InitialValueProblem, method: Method, max_steps: int) -> Ready | None:
    """Return a problem made ready, or None where a batch is needed: it is large, or not plain.

    On the way of a plain one nothing happens, no condition is looked at, nothing is added up.
    """
    if not _plain(problem):
        return None
    ground = _laid_out(_Kind(problem, method, max_steps))
    return ground and Ready(ground, problem)


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
        self.poles = look(problem)
        self.key = (
            id(problem.system), method.name, max_steps, problem.watchful, problem.rtol,
            problem.step, problem.t_eval.tobytes(), problem.atol.tobytes(), id(self.poles),
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
    kinds = (adaptive, problem.n_controlled, None, False, "alone", None, kind.poles)
    made = program(problem.system, method, *kinds)
    out = np.full((*problem.y0.shape, len(problem.t_eval)), np.nan)
    piece = Piece(problem, made, out, (0, 0, 0), lambda: False, given(problem))
    piece.most = looks(problem)[0]
    found = Ground(piece)
    return None if found.memory.size > MOST else found
