"""Linear systems with constant coefficients: the exponential of a matrix.

y(t) = exp(A*t)*y_0 + the integral of exp(A*(t - s))*b(s) (variation of constants; Boyce and DiPrima
2012, *Elementary Differential Equations*, sections 7.7 and 7.9). Constant means free of time: the
entries of A may be any formulas of parameters, and any number of them may coincide or vanish.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..exact.derivation import Claim, Step
from ..exact.linear.affine import Affine
from ..exact.linear.characteristic import eigenvalues_told
from ..exact.linear.forcing import Term
from ..exact.linear.generators import Stage, stages
from ..exact.linear.identity import Identity
from ..exact.linear.modes import ModalExponential, by_modes, modes
from ..exact.linear.safe import by_stages, constant
from ..exact.linear.written import MatrixExponential, Piece
from ..exact.solvable import Block, Solved
from ..tape import Builder, Tape
from ..tape.writing.pieces import number

_MOST_MODES = 24  # of states, with those the inputs need


@dataclass(frozen=True)
class LinearSystemClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "linear system with constant coefficients, dy/dt = A*y + b(t)"

    @property
    def order(self) -> int:
        """After those that print a formula of their own."""
        return 8

    def recognise(self, block: Block) -> LinearSystem | None:
        """Return the system with all it depends on, or with that put in; None if neither is one."""
        for system in (block.closure, block.system):
            found = constant(system)
            if found is not None:
                return LinearSystem(block, *found)
        return None


SOLVABLE = LinearSystemClass()


@dataclass(frozen=True)
class LinearSystem:
    """One such system.

    Parameters
    ----------
    block
        What is asked for.
    coefficients
        A, b and the start.
    inputs
        b in terms.
    identity
        Tells equal rates.
    """

    block: Block
    coefficients: Affine
    inputs: Sequence[Sequence[Term]]
    identity: Identity

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution."""
        system, own = self.coefficients.system, self.block.system.n_states
        parts = stages(self.coefficients, self.inputs, self.identity)
        pieces = tuple(map(self._piece, parts))
        written = MatrixExponential(system, own, pieces, self._matrix(), self._source())
        if len(parts) == 1:
            yield from self._modal(written)
        states = by_stages(self.coefficients, self.inputs, self.identity)
        if states is None:
            return
        domain, holds = (f"valid for all {system.time}",), None
        if len(parts) > 1:
            domain = (f"valid from {system.time} = {number(system.t0)} on",)
            holds = self.coefficients.on_time([0.0 <= self.coefficients.elapsed])
        tape = self.coefficients.on_time(states[-own:])
        yield Solved(written, tape, domain, self._steps(written), holds)

    def _modal(self, written: MatrixExponential) -> Iterator[Solved]:
        """Yield the solution by modes, if the matrix has no symbols and they are well apart."""
        a = self.coefficients
        (part,) = stages(a, self.inputs, self.identity, sizes_at_start=True)
        start = [*a.start, *part.inputs]
        found = modes(part.matrix, len(start)) if len(start) <= _MOST_MODES else None
        if found is not None:
            states = by_modes(found, a.elapsed, start, a.size)[-written.own :]
            modal = ModalExponential(written, found, a.builder.finish(start, a.system.parameters))
            domain = (f"valid for all {a.system.time}",)
            yield Solved(modal, a.on_time(states), domain, self._steps(written))

    def _piece(self, part: Stage) -> Piece:
        values = [*part.matrix.values(), *part.inputs, part.begin]
        builder = self.coefficients.builder
        return Piece(
            tuple(part.matrix), builder.finish(values, self.coefficients.system.parameters)
        )

    def _matrix(self) -> Tape:
        a, n = self.coefficients, self.coefficients.size
        return a.on_time(a.matrix.get((i, j), 0.0) for i in range(n) for j in range(n))

    def _source(self) -> Tape:
        return self.coefficients.on_time(self.coefficients.source)

    def _steps(self, written: MatrixExponential) -> tuple[Step, ...]:
        notation = self.block.notation
        shown = written.shown(notation)
        words = (
            "The rates are linear in the states, with constant coefficients: read off the matrix"
        )
        solved = "The matrix exponential solves it, by variation of constants"
        return (
            Step(words, shown[1], self._linear()),
            *eigenvalues_told(self.coefficients.system, self._matrix(), notation),
            Step(solved, shown[0], solution=True),
        )

    def _linear(self) -> tuple[Claim, ...]:
        """Claim that each rate is its row of A*y + b."""
        system = self.coefficients.system
        claims: list[Claim] = []
        for i in range(system.n_states):
            builder = Builder(system.vector_field.inputs)
            at = {name: builder.input(name) for name in system.vector_field.inputs}
            row = builder.inline(self._source(), [at[n] for n in self._source().inputs])[i]
            matrix = builder.inline(self._matrix(), [at[n] for n in self._matrix().inputs])
            for j, state in enumerate(system.states):
                row = row + matrix[i * system.n_states + j] * at[state]
            rate = builder.inline(system.vector_field, builder.inputs)[i]
            claims.append(Claim(builder.formula(rate), builder.formula(row)))
        return tuple(claims)
