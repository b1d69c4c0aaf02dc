"""Linear systems driven by whatever there is: Duhamel's integral, which stays one.

With the solutions without input as columns of Phi(t), Phi(t0) = I (variation of constants; Boyce
and DiPrima 2012, *Elementary Differential Equations*, section 7.9),

    y(t) = Phi(t)*(y_0 + J(t)),   J(t) = integral of Phi(s)^-1*b(s) over s from t0 to t.

Constant coefficients have Phi(s)^-1 = Phi(-s), times counted from the start.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ...notation import Shown, chain
from ...system import FirstOrderSystem
from ...tape import Builder, Tape, Value
from ..derivation import Step
from ..quadrature import VARIABLE, Quadrature, evaluated, in_writing, with_integrals
from ..solvable import Block, Solved
from .affine import Affine
from .determinant import Rows, determinant, minor

_MOST = 3  # states
_LONGEST = 400  # values on the tape of the rates: they are computed at every node
_DETERMINANT = "determinant of Phi"  # no name of a model has a space


@dataclass(frozen=True)
class Duhamel:
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
        """Yield the solution, if that without input is a formula."""
        found = self.block.again(self._without_input)
        if found is not None and isinstance(found.formula, Tape):
            yield self._solved(found, found.formula)

    @property
    def system(self) -> FirstOrderSystem:
        """The equations."""
        return self.block.system

    @cached_property
    def _letters(self) -> tuple[str, ...]:
        """Names of the start values of the system without input."""
        fresh = self.block.notation.fresh
        return tuple(fresh(f"c{i + 1}", f"c_{i + 1}") for i in range(self.system.n_states))

    @property
    def _without_input(self) -> FirstOrderSystem:
        system, names = self.system, (*self.system.parameters, *self._letters)
        builder = Builder((system.time, *system.states, *names))
        time, *rest = builder.inputs
        states, parameters = rest[: system.n_states], rest[system.n_states : -system.n_states]
        rates = [builder.constant(0.0)] * system.n_states
        for (i, j), entry in self.coefficients.matrix.items():
            value = builder.inline(self.coefficients.on_time([entry]), [time, *parameters])[0]
            rates[i] = rates[i] + value * states[j]
        start = Builder(names)
        begun = start.finish([start.input(n) for n in self._letters])
        return replace(system, parameters=names, vector_field=builder.finish(rates), start=begun)

    @cached_property
    def determinant(self) -> Tape | None:
        """Phi's, which grows by the trace of the matrix (Liouville); None if that is not known."""
        system = self.system
        builder = Builder((system.time, _DETERMINANT, *system.parameters))
        time, growing, *parameters = builder.inputs
        trace = builder.constant(0.0)
        for (i, j), entry in self.coefficients.matrix.items():
            if i == j:
                tape = self.coefficients.on_time([entry])
                trace = trace + builder.inline(tape, [time, *parameters])[0]
        alone = replace(
            system, states=(_DETERMINANT,), vector_field=builder.finish([trace * growing]),
            start=Builder(system.parameters).finish([1.0]),
        )  # fmt: skip
        found = self.block.again(alone)
        return found.formula if found is not None and isinstance(found.formula, Tape) else None

    def _solved(self, found: Solved, columns: Tape) -> Solved:
        written, safe = _Written(self, columns), _Written(self, found.tape)
        outer, kernels = safe.damped()
        tape, valid = evaluated(self.system, outer, kernels, safe.condition(found.holds))
        time = self.block.notation.name(self.system.time).text
        domain = (
            f"valid from {time} = {self.system.t0:g} on, as far as it is defined",
            "as long as 64 nodes resolve the integral",
        )
        formula = written.textbook()
        words = "Variation of constants adds the input; its integral is no known function and stays"
        last = Step(words, chain(*formula.equations, sign=", "), formula.fulfils())
        return Solved(formula, tape, domain, (*found.steps, last), valid)


@dataclass(frozen=True)
class _Written:
    """The solution, made of a tape of the solutions without input."""

    problem: Duhamel
    columns: Tape

    @property
    def system(self) -> FirstOrderSystem:
        return self.problem.system

    @property
    def names(self) -> tuple[str, ...]:
        """Of the integrals."""
        return tuple(f"integral {i + 1}" for i in range(self.system.n_states))

    def textbook(self) -> Quadrature:
        """Return it with integrals that do not depend on the present."""
        kernels = {name: self._kernel(j) for j, name in enumerate(self.names)}
        kernels = {n: k for n, k in kernels.items() if not _is_nothing(k)}
        builder = Builder((self.system.time, *self.system.parameters, *kernels))
        time, *parameters = builder.inputs[: 1 + len(self.system.parameters)]
        phi = self._phi(builder, time, parameters)
        start = builder.inline(self.system.start, parameters)
        zero = builder.constant(0.0)
        driven = [
            y + (builder.input(n) if n in kernels else zero)
            for y, n in zip(start, self.names, strict=True)
        ]
        outer = builder.finish(_times(phi, driven), builder.names)
        return Quadrature(self.system, outer, kernels, tuple(self._equations(outer, kernels)))

    def _equations(self, outer: Tape, kernels: dict[str, Tape]) -> Iterator[Shown]:
        notation = self.problem.block.notation
        letters = {n: notation.fresh(f"J{i + 1}", f"J_{i + 1}") for i, n in enumerate(kernels)}
        given = {n: notation.in_time(letter) for n, letter in letters.items()}
        for i, state in enumerate(self.system.states):
            if not state.endswith("'"):
                shown = with_integrals(notation, outer.select([i]), given)
                yield chain(notation.in_time(state), shown)
        variable = notation.fresh("s", "u", "tau", "s_1")
        for name, kernel in kernels.items():
            inner = with_integrals(notation, kernel, {}, variable)
            whole = in_writing(notation, inner, variable, self.system.t0)
            yield chain(given[name], whole)

    def damped(self) -> tuple[Tape, dict[str, Tape]]:
        """Return it with integrals of what the input leads to at present."""
        builder = Builder((self.system.time, *self.system.parameters, *self.names))
        time, *parameters = builder.inputs[: -self.system.n_states]
        phi = self._phi(builder, time, parameters)
        begun = _times(phi, builder.inline(self.system.start, parameters))
        driven = builder.inputs[-self.system.n_states :]
        outer = builder.finish((y + v for y, v in zip(begun, driven, strict=True)), builder.names)
        return outer, {name: self._present(i) for i, name in enumerate(self.names)}

    def condition(self, holds: Tape | None) -> Tape | None:
        """Return where the solutions without input hold, with the inputs of the solution."""
        if holds is None:
            return None
        builder = Builder((self.system.time, *self.system.parameters, *self.names))
        time, *parameters = builder.inputs[: -self.system.n_states]
        start = builder.inline(self.system.start, parameters)
        return builder.finish(builder.inline(holds, [time, *parameters, *start]), builder.names)

    def _phi(self, builder: Builder, time: Value, parameters: Sequence[Value]) -> Rows:
        """Return the matrix of the solutions without input."""
        n = self.system.n_states
        units = [[float(i == j) for i in range(n)] for j in range(n)]
        columns = [builder.inline(self.columns, [time, *parameters, *unit]) for unit in units]
        return [list(row) for row in zip(*columns, strict=True)]

    def _inverse(self, builder: Builder, time: Value, parameters: Sequence[Value]) -> Rows:
        """Return the inverse of that matrix by minors."""
        phi, known = self._phi(builder, time, parameters), self.problem.determinant
        n = len(phi)
        whole = builder.inline(known, [time, *parameters])[0] if known else determinant(phi)
        return [
            [(-1.0) ** (i + j) * determinant(minor(phi, j, i)) / whole for j in range(n)]
            for i in range(n)
        ]

    def _page(self) -> tuple[Builder, Value, Value, list[Value], list[Value]]:
        """Return a builder with the present, the time of the input, parameters and the input."""
        builder = Builder((self.system.time, *self.system.parameters, VARIABLE))
        now, *parameters, then = builder.inputs
        a = self.problem.coefficients
        return (
            builder,
            now,
            then,
            parameters,
            builder.inline(a.on_time(a.source), [then, *parameters]),
        )

    def _kernel(self, j: int) -> Tape:
        """Return what is integrated for one constant."""
        builder, _, then, parameters, source = self._page()
        if self.problem.coefficients.is_constant:
            back = self._phi(builder, 2.0 * self.system.t0 - then, parameters)
        else:
            back = self._inverse(builder, then, parameters)
        return builder.finish([_times(back, source)[j]])

    def _present(self, i: int) -> Tape:
        """Return what is integrated for one state."""
        builder, now, then, parameters, source = self._page()
        if self.problem.coefficients.is_constant:
            phi = self._phi(builder, self.system.t0 + (now - then), parameters)
            return builder.finish([_times(phi, source)[i]])
        back = self._inverse(builder, then, parameters)
        phi = self._phi(builder, now, parameters)
        return builder.finish([_times(phi, _times(back, source))[i]])


def _is_nothing(tape: Tape) -> bool:
    node = tape.nodes[tape.outputs[0]]
    return node.op == "const" and node.value == 0.0


def _times(matrix: Rows, column: Sequence[Value]) -> list[Value]:
    zero = column[0].builder.constant(0.0)
    return [sum((a * v for a, v in zip(row, column, strict=True)), zero) for row in matrix]


def duhamel(block: Block, coefficients: Affine) -> Duhamel | None:
    """Return a block as such a system, None where it has no input or is too large."""
    driven = any(v.constant != 0 for v in coefficients.source)
    short = len(block.system.vector_field.nodes) <= _LONGEST
    return (
        Duhamel(block, coefficients)
        if driven and short and 2 <= coefficients.size <= _MOST
        else None
    )
