"""Linear systems whose matrices of all times have eigenvectors in common: they come apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from ...errors import SpecificationError
from ...notation import chain
from ...symbolic.common_rows import Rows, common_rows
from ...system import FirstOrderSystem
from ...tape import Builder, Tape, Value
from ..derivation import Claim, Step
from ..solvable import Block, Solved
from ..workings import fulfilment
from .affine import Affine

_MOST = 4  # states


@dataclass(frozen=True)
class CommonVectors:
    """One such system.

    Parameters
    ----------
    block
        What is asked for.
    coefficients
        Its matrix and its input.
    """

    block: Block
    coefficients: Affine

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution, put together from those of single equations."""
        a = self.coefficients
        with suppress(SpecificationError):
            entries = {p: a.on_time([v]) for p, v in a.matrix.items()}
            rows = common_rows(self.block.system, entries)
            inner = None if rows is None else self._apart(rows)
            found = None if inner is None else self.block.again(inner)
            if rows is not None and inner is not None and found is not None:
                yield from self._solved(rows, inner, found)

    def _apart(self, rows: Rows) -> FirstOrderSystem:
        """Return the equations u' = rate*u + w*b of the combinations u = w*y."""
        system, notation = self.block.system, self.block.notation
        names = tuple(notation.fresh(f"u{i + 1}", f"w{i + 1}") for i in range(system.n_states))
        builder = Builder((system.time, *names, *system.parameters))
        time, *rest = builder.inputs
        states, parameters = rest[: len(names)], rest[len(names) :]
        here = [time, *parameters]
        rates = builder.inline(rows.rates, here)
        source = builder.inline(self.coefficients.on_time(self.coefficients.source), here)
        inputs = _times(builder, rows.matrix, source)
        field = builder.finish(r * u + b for r, u, b in zip(rates, states, inputs, strict=True))
        start = Builder(system.parameters)
        begun = _times(start, rows.matrix, start.inline(system.start, start.inputs))
        return FirstOrderSystem(
            names, system.parameters, field, start.finish(begun), system.time, system.t0
        )

    def _solved(self, rows: Rows, inner: FirstOrderSystem, found: Solved) -> Iterator[Solved]:
        formula = found.formula
        if not isinstance(formula, Tape):
            return
        system, notation = self.block.system, self.block.notation
        back, tape = (self._back(rows, e) for e in (formula, found.tape))
        shown = chain(
            *(chain(notation.in_time(s), notation.answer(back.select([i])))
              for i, s in enumerate(system.states)), sign=", ",
        )  # fmt: skip
        last = Step("Go back to the states", shown, fulfilment(system, back))
        yield Solved(
            back, tape, found.domain, (self._first(rows, inner), *found.steps, last), found.holds
        )

    def _first(self, rows: Rows, inner: FirstOrderSystem) -> Step:
        """Return the step that takes combinations of the states, each with its own equation."""
        system, notation = self.block.system, self.block.notation
        builder = Builder((system.time, *system.states, *system.parameters))
        time, *rest = builder.inputs
        states, parameters = rest[: system.n_states], rest[system.n_states :]
        combined = _times(builder, rows.matrix, states)
        slopes = _times(builder, rows.matrix, builder.inline(system.vector_field, builder.inputs))
        rates = builder.inline(inner.vector_field, [time, *combined, *parameters])
        claims = tuple(
            Claim(builder.formula(s), builder.formula(r))
            for s, r in zip(slopes, rates, strict=True)
        )
        shown = chain(
            *(chain(notation.name(u), notation.formula(builder.formula(v)))
              for u, v in zip(inner.states, combined, strict=True)), sign=", ",
        )  # fmt: skip
        words = "The matrices of all times have eigenvectors in common: these combinations are free"
        return Step(f"{words} of each other", shown, claims)

    def _back(self, rows: Rows, tape: Tape) -> Tape:
        builder = Builder(tape.inputs)
        return builder.finish(_times(builder, rows.inverse, builder.inline(tape, builder.inputs)))


def _times(builder: Builder, matrix: Tape, values: list[Value] | tuple[Value, ...]) -> list[Value]:
    """Return a matrix of numbers, row after row, times a column."""
    entries, n = builder.inline(matrix, []), len(values)
    found: list[Value] = []
    for i in range(n):
        total = builder.constant(0.0)
        for entry, value in zip(entries[i * n : (i + 1) * n], values, strict=True):
            total = total + entry * value
        found.append(total)
    return found


def common_vectors(block: Block, coefficients: Affine) -> CommonVectors | None:
    """Return a block as such a system, None where its matrix is constant or it is too large."""
    if coefficients.is_constant or not 2 <= coefficients.size <= _MOST:
        return None
    return CommonVectors(block, coefficients)
