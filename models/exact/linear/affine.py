"""Linear systems dy/dt = A(t)*y + b(t), their coefficients as values on a tape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...system import FirstOrderSystem
from ...tape import Builder, Tape, Value
from ...tape.differentiate import jacobian

ELAPSED = "time since the start"  # no name of a model has a space
_CHOOSING = frozenset("floor sign lt le eq abs min max".split())  # derivatives do not see these


@dataclass(frozen=True)
class Affine:
    """dy/ds = A*y + b, s the time since the start.

    Parameters
    ----------
    system
        Where it comes from.
    builder
        Where the values are recorded; its inputs are `ELAPSED` and the parameters.
    matrix
        The entries of A that are not zero, by row and column.
    source
        b, for each state.
    start
        The start values.
    """

    system: FirstOrderSystem
    builder: Builder
    matrix: Mapping[tuple[int, int], Value]
    source: tuple[Value, ...]
    start: tuple[Value, ...]

    @property
    def size(self) -> int:
        """Number of states."""
        return self.system.n_states

    @property
    def elapsed(self) -> Value:
        """Time since the start."""
        return self.builder.input(ELAPSED)

    @property
    def is_constant(self) -> bool:
        """Whether A is free of time."""
        return not any(self.depends_on_time(v) for v in self.matrix.values())

    def depends_on_time(self, value: Value) -> bool:
        """Tell whether time occurs in a value."""
        return ELAPSED in self.builder.formula(value).inputs

    def at_start(self, value: Value) -> Value:
        """Return what a function of the time since the start is then."""
        tape = self.builder.formula(value)
        zero = self.builder.constant(0.0)
        bindings = [zero if n == ELAPSED else self.builder.input(n) for n in tape.inputs]
        return self.builder.inline(tape, bindings)[0]

    def on_time(self, values: Iterable[Value | float]) -> Tape:
        """Return functions of the time since the start as a tape over time and parameters."""
        system = self.system
        inner = self.builder.finish(values, (ELAPSED, *system.parameters))
        outer = Builder((system.time, *system.parameters))
        time, *parameters = outer.inputs
        return outer.finish(outer.inline(inner, [time - system.t0, *parameters]))


def affine(system: FirstOrderSystem) -> Affine | None:
    """Return a system's coefficients, or None if it is not linear in its states."""
    field = system.vector_field
    if bends(field, frozenset(system.states)):
        return None
    slopes = jacobian(field, system.states)
    if slopes.tape.used() & set(system.states):
        return None
    builder = Builder((ELAPSED, *system.parameters))
    elapsed, *parameters = builder.inputs
    bindings = [elapsed + system.t0, *[0.0] * system.n_states, *parameters]
    entries = builder.inline(slopes.tape, bindings)
    places = zip(slopes.rows, slopes.columns, strict=True)
    matrix = {p: v for p, v in zip(places, entries, strict=True) if v.constant != 0}
    source = tuple(builder.inline(field, bindings))
    return Affine(system, builder, matrix, source, tuple(builder.inline(system.start, parameters)))


def varying(system: FirstOrderSystem) -> Affine | None:
    """Return a system's coefficients, or None if it is not linear or they are all constant."""
    found = affine(system)
    return None if found is None or found.is_constant else found


def bends(field: Tape, states: frozenset[str]) -> bool:
    """Tell whether a rate jumps or bends with a state in ways that a derivative does not see."""
    moving = {i for i, name in enumerate(field.inputs) if name in states}
    for number, node in enumerate(field.nodes):
        if moving.intersection(node.args):
            moving.add(number)
            if node.op in _CHOOSING or (node.op == "select" and node.args[0] in moving):
                return True
    return False
