"""The way back over recorded steps: gradients of what a batch adds up, by the discrete adjoint."""

from __future__ import annotations

import struct
from dataclasses import replace
from functools import lru_cache

import numpy as np

from ....models.errors import grouped
from ....models.system import FirstOrderSystem
from ....models.tape import Tape
from ....models.tape.differentiate import SparseJacobian, jacobian
from ...arrays import Float, Int, address, aligned, columns, own_address
from ...compose.reverse import reverse
from ...evaluate import rows_function
from ...integrator import compose
from ...kernels.compile import Code, compiled, host
from ...method import Method
from ...problem import InitialValueProblem
from ...tally import Tally
from ..layout import HEAD, HEAD_FORMAT, BackLayout, Layout
from ..piece import Piece
from .backward import SIGNATURES, kernel

LONGEST_STEP = 10_000  # operations; the way back has twice as many, compiled in some seconds
RECORDS = 1024  # iterations recorded between two looks at whether there is room for more


class WayBack:
    """What goes back over the steps of a batch, piece by piece.

    Parameters
    ----------
    problem, tally
        What is integrated, and what is added up and differentiated.
    method
        By which steps.
    forward
        How the lanes that take the steps lie in memory.
    """

    def __init__(
        self, problem: InitialValueProblem, tally: Tally, method: Method, forward: Layout
    ) -> None:
        self.problem, self.tally, self.forward = problem, tally, forward
        self.code, self.layout = _compiled(problem.system, method, tally.tape, forward.width)
        batch, width, n_rows = problem.batch, forward.width, len(tally.places)
        self.spare: list[Float] = []  # memory for records, used again by the next piece
        self.links: Int = np.full(batch, -1)
        self.slopes: Float = np.full((batch, forward.n + forward.m), np.nan)
        # Rows are looked at W together, so that there must be W before the first: never due.
        self.times: Float = np.full(n_rows + width, -problem.direction * np.inf)
        self.times[width:] = problem.t_eval[tally.places]
        self.readings = tally.padded(width)[:, :-width]
        self.weights: Float = np.array(tally.each_weight(batch).T, order="C")

    def take(self, begin: int, piece: Piece) -> None:
        """Take the steps of a piece that begins somewhere with a record, and go back over them."""
        block, iterations = piece.begun(piece.everyone), piece.program.iterations(0)
        head, run = block.view(np.int64), piece.program.code.functions[1]
        size = self.forward.record * self.forward.width
        room = min(iterations, RECORDS)
        records: Float = self.spare.pop() if self.spare else np.empty(room * size)
        head[HEAD.index("links")], place = own_address(self.links[begin:]), own_address(block)
        while not piece.stopped():
            used = int(head[HEAD.index("recorded")])
            if (used + room) * size > len(records):
                records = np.concatenate([records, np.empty_like(records)])
            head[HEAD.index("records")] = own_address(records)
            if not run(place, room):
                break
        if not piece.stopped():
            self._back(begin, piece, records)
        self.spare.append(records)

    def block(self, first: int, piece: Piece) -> Float:
        """Return the block of lanes that go back over a piece, but for where its records are."""
        block = aligned(self.layout.words)
        given = {
            "end": piece.problem.batch, "n_times": len(self.tally.places),
            "direction": self.problem.direction, "t_eval": own_address(self.times),
            "account": own_address(piece.account.table),
            "readings": address(self.readings),
            "readings_row": self.readings.strides[0] // self.readings.itemsize,
            "weights": own_address(self.weights[first:]),
            "slopes": own_address(self.slopes[first:]),
            "links": own_address(self.links[first:]),
            **dict(zip(("p", "p_row", "p_column"), columns(piece.problem.p), strict=True)),
        }  # fmt: skip
        struct.pack_into(HEAD_FORMAT, block.data, 0, *(given.get(name, 0) for name in HEAD))
        return block

    def _back(self, first: int, piece: Piece, records: Float) -> None:
        block = self.block(first, piece)
        block.view(np.int64)[HEAD.index("records")] = own_address(records)
        begin, back = self.code.functions
        place = own_address(block)
        begin(place)
        while not piece.stopped() and back(place, piece.program.iterations(0)):
            pass

    def gradient(self) -> Float:
        """Return the derivatives by the parameters of the tally, (parameter, batch)."""
        problem, n = self.problem, self.forward.n
        by_start, by_p = self.slopes[:, :n].T, self.slopes[:, n:].T
        own = self.tally.slopes_at_start(problem)
        by_start, by_p = by_start + own[:n], by_p + own[n:]
        system = problem.system
        start = start_slopes(system.start, self.tally.by)
        entries = rows_function(start.tape, "start_by", (("p", system.n_parameters),))(problem.p)
        found = by_p[[system.parameters.index(name) for name in self.tally.by]]
        for i, j, entry in zip(start.rows, start.columns, entries, strict=True):
            found[j] += by_start[i] * entry
        return found


def too_long_back(problem: InitialValueProblem, method: Method) -> str | None:
    """Return why the way back over a step is not compiled, or None where it is."""
    system, stages = problem.system, method.tableau.n_stages
    chosen = method if problem.step else method.adaptive
    count = stages * len(system.vector_field.nodes) + system.n_states * stages**2
    if count <= LONGEST_STEP:
        count = compose(system, chosen).step.size
    if count <= LONGEST_STEP:
        return None
    return f"a step has some {grouped(count)} operations, too many to compile the way back"


@lru_cache(maxsize=64)
def start_slopes(start: Tape, by: tuple[str, ...]) -> SparseJacobian:
    """Return the derivatives of the start values by some parameters."""
    return jacobian(start, by)


@lru_cache(maxsize=64)
def _compiled(
    system: FirstOrderSystem, method: Method, tally: Tape, width: int
) -> tuple[Code, BackLayout]:
    integrator, machine = compose(system, method), replace(host(), width=width)
    layout = BackLayout(
        width, system.n_states, system.n_parameters, integrator.n_kept,
        tallied=len(tally.outputs),
    )  # fmt: skip
    text = kernel(reverse(system, integrator, tally), machine, layout)
    return compiled(text, SIGNATURES), layout
