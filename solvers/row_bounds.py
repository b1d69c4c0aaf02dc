"""What bounds the modes of a system by the rows of its Jacobian: no eigenvalue is larger."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, reduce

import numpy as np

from ..models.once import once
from ..models.structure.dependencies import state_jacobian
from ..models.system import FirstOrderSystem
from ..models.tape import Builder, Tape, Value
from ..models.tape.differentiate import SparseJacobian
from .arrays import Float
from .decay import row_bound
from .evaluate import RowsFunction, rows_function, system_arguments
from .kernels.compile import unsupported
from .kernels.rows import compiled_rows
from .problem import InitialValueProblem

MEMBERS = 1 << 11  # trajectories looked at together: more would leave the processor's cache
COMPILED = 8  # times as many where rows are compiled, which keep nothing in between
PATIENCE = 1000  # members: to evaluate rows for as many takes about half as long as to compile them
FEW = 64  # entries of a Jacobian that are evaluated one by one
KEPT = 1 << 16  # entries of Jacobians that are remembered, for several bounds
LONGEST = 4096  # operations that are compiled: a long function takes ever longer


@once
def jacobian_function(system: FirstOrderSystem) -> tuple[SparseJacobian, RowsFunction]:
    """Return df/dy of a system: its pattern, and the function (t, y, p) of its entries."""
    pattern = state_jacobian(system)
    arguments = system_arguments(system.n_states, system.n_parameters)
    return pattern, rows_function(pattern.tape, "jacobian", arguments)


@once
def largest_row(system: FirstOrderSystem) -> Tape | None:
    """Return (t, y, p) to the largest row sum of absolute values in df/dy; None where that is 0.

    No eigenvalue is larger.
    """
    pattern = state_jacobian(system)
    if not pattern.rows:
        return None
    builder = Builder(system.vector_field.inputs)
    sums: dict[int, Value] = {}
    entries = builder.inline(pattern.tape, builder.inputs)
    for row, entry in zip(pattern.rows, entries, strict=True):
        sums[row] = sums[row] + abs(entry) if row in sums else abs(entry)
    return builder.finish([reduce(lambda a, b: a.apply("max", b), sums.values())])


class RowBound:
    """What bounds modes by the rows of a Jacobian; compiled when many members were asked for.

    Parameters
    ----------
    system
        The system, without sensitivities.
    of_entries
        (pattern, entries) to the bound.
    written
        What writes the same as a tape of (t, y, p), with one output.
    """

    def __init__(
        self, system: FirstOrderSystem, of_entries: Callable[[SparseJacobian, Float], Float],
        written: Callable[[FirstOrderSystem], Tape],
    ) -> None:  # fmt: skip
        self.system, self.of_entries, self.written = system, of_entries, written
        self.seen = 0
        self.pattern, self.entries = jacobian_function(system)
        self.arguments = system_arguments(system.n_states, system.n_parameters)

    def at_start(self, problem: InitialValueProblem) -> Float:
        """Return the bound at the start of each trajectory, (batch,)."""
        y, p, n = problem.y0[: self.system.n_states], problem.p, problem.batch
        if not self.pattern.rows:
            return np.zeros(n)
        self.seen += n
        few = len(self.pattern.rows) <= FEW
        if self.quick is None and not few and n * len(self.pattern.rows) <= KEPT:
            return np.broadcast_to(self.of_entries(self.pattern, _entries_at_start(problem)), n)
        if n <= MEMBERS:
            return self._of(problem.t0, y, p)
        size = MEMBERS if self.quick is None else MEMBERS * COMPILED
        parts = [slice(begin, begin + size) for begin in range(0, n, size)]
        return np.concatenate([self._of(problem.t0, y[:, s], p[:, s]) for s in parts])

    def _of(self, t: float, y: Float, p: Float) -> Float:
        """Return it at one time for all; rows must be whole pieces of memory."""
        if self.quick is not None:
            return self.quick(np.full(y.shape[1], t), y, p)[0]
        if len(self.pattern.rows) <= FEW:
            return self.plain(t, y, p)[0]
        return np.broadcast_to(self.of_entries(self.pattern, self.entries(t, y, p)), y.shape[1])

    @cached_property
    def plain(self) -> RowsFunction:
        """The tape's own function, in which a few entries take less time than arrays of them."""
        return rows_function(self.written(self.system), "row", self.arguments)

    @property
    def quick(self) -> RowsFunction | None:
        """The compiled function, once it is worth it and if there is one."""
        return self._compiled if self.seen > PATIENCE else None

    @cached_property
    def _compiled(self) -> RowsFunction | None:
        if unsupported() or len(self.pattern.tape.nodes) > LONGEST:
            return None
        tape = self.written(self.system)
        return compiled_rows(tape, "row", self.arguments) if len(tape.nodes) <= LONGEST else None


@once
def _entries_at_start(problem: InitialValueProblem) -> Float:
    system = own_system(problem)
    constant = _constant_entries(system)
    if constant is not None:
        return constant
    function = jacobian_function(system)[1]
    return function(problem.t0, problem.y0[: system.n_states], problem.p)


@once
def _constant_entries(system: FirstOrderSystem) -> Float | None:
    """Return the entries of a Jacobian that is made of numbers alone, (entry, 1); else None."""
    tape = state_jacobian(system).tape
    numbers = [tape.nodes[i].value for i in tape.outputs if tape.nodes[i].op == "const"]
    return np.array(numbers)[:, None] if len(numbers) == len(tape.outputs) else None


@once
def _largest_row(system: FirstOrderSystem) -> RowBound:
    def written(system: FirstOrderSystem) -> Tape:
        tape = largest_row(system)
        assert tape is not None
        return tape

    return RowBound(system, lambda pattern, x: row_bound(pattern, np.abs(x)), written)


@once
def row_bounds(problem: InitialValueProblem) -> Float:
    """Return what no eigenvalue of df/dy is larger than at the start, per trajectory, (batch,)."""
    return _largest_row(own_system(problem)).at_start(problem)


def own_system(problem: InitialValueProblem) -> FirstOrderSystem:
    """Return the system without sensitivities: these have its eigenvalues again, and no others."""
    return problem.base or problem.system
