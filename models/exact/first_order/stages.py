"""Stages of algebra as steps of a derivation: equations in writing, claims on tapes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from ...notation import Notation, Shown
from ...symbolic.algebra import Scalar
from ...symbolic.stage import CONSTANT, WITH, Differential, Same, Slope, Stage
from ...tape import Builder, Tape, Value
from ...tape.differentiate import derivative
from ..derivation import Claim, Step

_GIVEN = "rate given"  # no name of a model has a space


@dataclass(frozen=True)
class Writer:
    """Writes down the stages of one equation.

    Parameters
    ----------
    equation
        The equation.
    notation
        How names are written.
    names
        Of the variables of substitutions, as they came.
    """

    equation: Scalar
    notation: Notation
    names: dict[Any, str] = field(default_factory=dict[Any, str])

    def steps(self, stages: Iterable[Stage]) -> tuple[Step, ...]:
        """Return stages as steps."""
        return tuple(self.step(stage) for stage in stages)

    def step(self, stage: Stage) -> Step:
        """Return one stage as a step."""
        pieces = [self._piece(p, after) for p, after in zip_longest(stage.pieces, stage.pieces[1:])]

        def text() -> str:
            return _joined(p.text for p in pieces).replace(f" {WITH.strip()} ", WITH)

        shown = Shown(text, lambda: _joined(p.latex for p in pieces))
        return Step(stage.words, shown, tuple(map(self._claim, stage.same)))

    def shown(self, expression: Any) -> Shown:
        """Return an expression in writing."""
        system = self.equation.system
        if expression == self.equation.rate.given:
            return self.notation.formula(system.vector_field)
        return self.notation.tidy(_narrowed(self._tape(expression)))

    def _piece(self, piece: Any, after: Any) -> Shown:
        if isinstance(piece, str):
            if piece == CONSTANT:
                return self.notation.name(self.notation.fresh(CONSTANT, "C_1"))
            return Shown(piece.strip(), r", \quad" if piece == WITH else piece)
        if isinstance(piece, Differential):
            inner = self.shown(piece.of)
            return Shown(f"d{inner.text}", rf"\, \mathrm{{d}}{inner.latex}")
        if isinstance(piece, Slope):
            return self._slope(piece)
        inner = self.shown(piece)
        if isinstance(after, Differential | Slope) and is_sum(inner.text):
            return Shown(f"({inner.text})", rf"\left({inner.latex}\right)")
        return inner

    def _slope(self, slope: Slope) -> Shown:
        top, by = self.shown(slope.of), self.shown(slope.by)
        if slope.of.is_Symbol:
            latex = rf"\frac{{\mathrm{{d}}{top.latex}}}{{\mathrm{{d}}{by.latex}}}"
            return Shown(f"d{top.text}/d{by.text}", latex)
        latex = rf"\frac{{\mathrm{{d}}}}{{\mathrm{{d}}{by.latex}}} \left({top.latex}\right)"
        return Shown(f"d/d{by.text}({top.text})", latex)

    def _tape(self, expression: Any) -> Tape:
        for new in self.equation.unknowns(expression):
            self.names.setdefault(new, self.notation.fresh(new.name, "v", "w"))
        return self.equation.named(expression, self.names | {self.equation.rate.given: _GIVEN})

    def _claim(self, same: Same) -> Claim:
        builder = Builder(self.equation.symbols)
        left, right = self._tape(same.left), self._value(builder, self._tape(same.right))
        if not same.along:
            value = self._value(builder, left, at_start=same.at_start)
            return Claim(builder.formula(value), builder.formula(right))
        total = builder.constant(0.0)
        for variable, factor in same.along:
            slope = self._value(builder, derivative(left, self._name(variable)))
            total = total + self._value(builder, self._tape(factor)) * slope
        return Claim(builder.formula(total), builder.formula(right))

    def _value(self, builder: Builder, tape: Tape, *, at_start: bool = False) -> Value:
        """Return a formula as a value, from the start on, the rate as it was given put in."""
        system = self.equation.system
        bound = {n: builder.input(n) for n in self.equation.symbols}
        bound[system.time] = system.t0 + abs(bound[system.time])
        if at_start:
            begun = builder.inline(system.start, [bound[n] for n in system.parameters])[0]
            bound |= {system.time: builder.constant(system.t0), system.states[0]: begun}
        rate = builder.inline(system.vector_field, [*bound.values()])[0]
        return builder.inline(tape, [(bound | {_GIVEN: rate}).get(n, 0.0) for n in tape.inputs])[0]

    def _name(self, variable: Any) -> str:
        """Return the name in the system of one of its variables."""
        return next(n for n, s in self.equation.symbols.items() if s == variable)


def _joined(pieces: Iterable[str]) -> str:
    return " ".join(pieces).replace("+ -", "- ")


def is_sum(text: str) -> bool:
    """Tell whether a formula in writing is a sum, outside all brackets."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter in "([") - (letter in ")]")
        if depth == 0 and text[place : place + 3] in (" + ", " - "):
            return True
    return False


def _narrowed(tape: Tape) -> Tape:
    used = tape.used()
    builder = Builder([n for n in tape.inputs if n in used])
    bindings = [builder.input(n) if n in used else 0.0 for n in tape.inputs]
    return builder.finish(builder.inline(tape, bindings))
