"""A trajectory's way there and back made ready: sums and their gradient, set after set.

All memory is laid out once and copied for every set of parameters, so that next to nothing is done
between the calls of compiled code.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...arrays import Float, Int, own_address
from ...divisors import as_before, look
from ...evaluate import rows_function
from ...kernels.page import WORD
from ...method import Method
from ...problem import InitialValueProblem
from ...status import Status
from ...stiffness import STIFF_STEPS, stiff_at_start
from ...tally import Sums, Tally
from ..assemble import program
from ..layout import HEAD
from ..piece import Piece, given
from .setting_out import Start, pace
from .way_back import WayBack, start_slopes

ROOM = 64  # records there is room for at first
MOST = 1 << 16  # words of memory: more would take longer to copy than a batch to lay out
_SHARED = ("account", "p", "records", "links")  # what both blocks point at
_THERE, _BACK = (*_SHARED, "sums"), (*_SHARED, "weights", "slopes")


class RoundTrip:
    """The way of one trajectory of a problem with a tally, for whatever parameters.

    Parameters
    ----------
    problem
        Of one trajectory, to which nothing happens on its way.
    tally
        What is added up, and by which parameters it is differentiated.
    method
        By which steps.
    watchful
        Whether a trajectory that is stiff at its start is left to others.
    """

    def __init__(
        self, problem: InitialValueProblem, tally: Tally, method: Method, *, watchful: bool
    ) -> None:
        self.problem, self.tally, self.room = problem, tally, ROOM
        kinds = (problem.step is None, problem.n_controlled, tally.tape, True, "alone", None)
        self.knows = as_before(problem)
        made = program(problem.system, method, *kinds, look(problem))
        sums = Sums(problem, tally, made.layout.width)
        out = np.empty((len(problem.y0), 1, 0))
        piece = Piece(problem, made, out, sums.head, lambda: False, given(problem))
        self.way = WayBack(problem, tally, method, made.layout)
        self.kept = sums, piece.given, piece.everyone, made  # all that the heads point at
        self.there, self.back = made.code.functions[:2], self.way.code.functions
        self.record = made.layout.record * made.layout.width
        self.start = Start(problem.system)
        self.pace = pace(problem.system) if watchful else None
        self.early = bool(np.count_nonzero(sums.times == problem.t0))
        slopes, system = start_slopes(problem.system.start, tally.by), problem.system
        self.through = list(zip(slopes.rows, slopes.columns, strict=True))
        self.entries = rows_function(slopes.tape, "start_by", (("p", system.n_parameters),))
        nodes = [slopes.tape.nodes[output] for output in slopes.tape.outputs]
        steady = all(node.op == "const" for node in nodes)
        self.constant = [node.value for node in nodes] if steady else None
        self.by: Int = np.array([system.parameters.index(name) for name in tally.by])
        self._lay_out(piece)

    def _lay_out(self, piece: Piece) -> None:
        """Lay out the memory, and note which of its words are addresses within it."""
        problem, layout = self.problem, self.way.forward
        terms, n, m = len(self.tally.tape.outputs), layout.n, layout.m
        parts = {
            "there": piece.block(piece.everyone), "back": self.way.block(0, piece),
            "account": piece.account.table.ravel(), "t": np.full(1, problem.t0),
            "y": problem.y0[:, 0], "p": problem.p[:, 0], "pace": np.zeros(1),
            "sums": np.zeros(terms), "weights": np.ones(terms), "slopes": np.zeros(n + m),
            "links": np.full(1, -1).view(np.float64), "records": np.empty(0),
        }  # fmt: skip
        self.memory: Float = np.concatenate(list(parts.values()))
        ends = np.cumsum([part.size for part in parts.values()]).tolist()
        sizes = [part.size for part in parts.values()]
        self.at = {
            name: slice(end - size, end)
            for name, end, size in zip(parts, ends, sizes, strict=True)
        }  # fmt: skip
        self.account = {x: self.at["account"].start + i for x, i in layout.account.items()}
        words = self.memory.view(np.int64)
        pointers: dict[int, int] = {}
        for block, names in (("there", _THERE), ("back", _BACK)):
            head = {name: self.at[block].start + i for i, name in enumerate(HEAD)}
            words[head["p_row"]], words[head["p_column"]] = 1, 0
            pointers |= {head[name]: self.at[name].start * WORD for name in names}
        self.pointers: Int = np.array(list(pointers), dtype=np.int64)
        self.offsets: Int = np.array(list(pointers.values()), dtype=np.int64)

    @property
    def small(self) -> bool:
        """Whether its memory is small enough to be copied for every set."""
        return self.memory.size <= MOST

    def __call__(self, p: Float, weights: Float | None = None) -> Float | None:
        """Return the sums and the gradient of their weighted sum, (term + parameter,).

        None where the trajectory is left to others: it is stiff, or does not reach its end.

        Parameters
        ----------
        p
            Values of all parameters, (parameter,).
        weights
            Of each sum, (term,); ones if not given.
        """
        at, size, room = self.at, self.memory.size, self.room
        if self.knows and not self.knows(self.start(p), p):
            return None
        memory: Float = np.empty(size + room * self.record)
        memory[:size] = self.memory
        words, place = memory.view(np.int64), own_address(memory)
        words[self.pointers] = self.offsets + place
        y, y0 = self.account["y"], self.start(p)
        memory[at["p"]], memory[at["y"]], memory[y : y + len(y0)] = p, y0, y0
        if weights is not None:
            memory[at["weights"]] = weights
        if self.pace and self._stiff(memory, place):
            return None
        own = self._own(memory) if self.early else None
        if own is not None:
            memory[at["sums"]] = Sums(own, self.tally, 1).values[0]
        begin, run = self.there
        begin(place)
        if run(place, room):
            return self._roomier(room, p, weights)
        if words[self.account["status"]] != int(Status.SUCCESS):
            return None
        self._go_back(place + at["back"].start * WORD)
        if own is not None:
            tally = self.tally if weights is None else replace(self.tally, weights=weights[:, None])
            memory[at["slopes"]] += tally.slopes_at_start(own)[:, 0]
        return self._found(memory)

    def _roomier(self, room: int, p: Float, weights: Float | None) -> Float | None:
        """Return the same with room for more records, which the next set finds too."""
        if room * self.record >= MOST:
            return None
        self.room = 2 * room
        return self(p, weights)

    def _go_back(self, place: int) -> None:
        begin, run = self.back
        begin(place)
        while run(place, ROOM):
            pass

    def _found(self, memory: Float) -> Float:
        at, n, terms = self.at, self.way.forward.n, len(self.tally.tape.outputs)
        slopes, found = memory[at["slopes"]], np.empty(terms + len(self.by))
        found[:terms] = memory[at["sums"]]
        found[terms:] = slopes[n:][self.by]
        if self.through:
            entries = self.constant or self.entries(memory[at["p"]][:, None])[:, 0]
            for (i, j), entry in zip(self.through, entries, strict=True):
                found[terms + j] += slopes[i] * entry
        return found

    def _stiff(self, memory: Float, place: int) -> bool:
        """Tell whether a trajectory is stiff at its start: mostly a bound says that it is not."""
        assert self.pace is not None
        rows = self.at["pace"]
        self.pace.functions[0](place + self.at["t"].start * WORD, place + rows.start * WORD)
        bound = float(memory[rows][0]) * abs(self.problem.t_end - self.problem.t0)
        return STIFF_STEPS < bound < np.inf and bool(stiff_at_start(self._own(memory))[0])

    def _own(self, memory: Float) -> InitialValueProblem:
        """Return the problem with the values that are in memory."""
        y0, p = (memory[self.at[name]][:, None] for name in ("y", "p"))
        return replace(self.problem, y0=y0, p=p)
