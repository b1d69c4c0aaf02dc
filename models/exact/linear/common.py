"""Linear systems dy/dt = (alpha(t)*I + h(t)*B)*y + b(t): constant but for a growth in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ...errors import SpecificationError
from ...notation import Notation, Shown, chain
from ...symbolic.common_growth import Common, common
from ...system import FirstOrderSystem
from ...tape import Builder, Tape
from ...tape.differentiate import derivative
from ...tape.precise import Precise
from ..derivation import Claim, Step
from ..solvable import Block, Point, Solved, Written
from ..workings import fulfilment
from .affine import Affine

_MOST = 6  # states


@dataclass(frozen=True)
class Grown:
    """A solution of the constant system, in its own variable, times a growth.

    Parameters
    ----------
    inner
        The solution there.
    system, there
        What is solved, and what the solution there solves.
    parts
        The growth and the variable.
    """

    inner: Written
    system: FirstOrderSystem
    there: FirstOrderSystem
    parts: Common

    def shown(self, notation: Notation) -> tuple[Shown, ...]:
        """Return the equations there, and what leads from there to here."""
        own, growth = (notation.answer(e) for e in (self.parts.own, self.parts.growth))
        name = Shown(self.there.time, self.there.time)
        words = f"times exp({growth.text})"
        return (
            *self.inner.shown(Notation.of(self.there)), chain(name, own),
            Shown(words, rf"\text{{times }} e^{{{growth.latex}}}"),
        )  # fmt: skip

    def _there(self, precise: Precise, point: Point) -> tuple[dict[str, Any], Any]:
        grown = precise.context.exp(precise(self.parts.growth, point)[0])
        return {**point, self.there.time: precise(self.parts.own, point)[0]}, grown

    def values(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return every state with many digits."""
        there, grown = self._there(precise, point)
        return [grown * v for v in self.inner.values(precise, there)]

    def slopes(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return the derivatives by time, by the product rule and the chain rule."""
        there, grown = self._there(precise, point)
        rate, pace = precise(self.parts.rate, point)[0], precise(self.parts.pace, point)[0]
        rows = zip(
            self.inner.values(precise, there), self.inner.slopes(precise, there), strict=True
        )
        return [grown * (rate * v + pace * slope) for v, slope in rows]


@dataclass(frozen=True)
class CommonGrowth:
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
        """Yield the solution of the constant system, brought back."""
        system, a = self.block.system, self.coefficients
        with suppress(SpecificationError):
            entries = {p: a.on_time([v]) for p, v in a.matrix.items()}
            parts = common(system, entries, a.on_time(a.source), self.block.clock)
            inner = None if parts is None else self._inner(parts)
            found = None if inner is None else self.block.again(inner)
            if parts is not None and inner is not None and found is not None:
                yield self._solved(parts, inner, found)

    def _inner(self, parts: Common) -> FirstOrderSystem | None:
        """Return the system of the states without the growth, in the variable s."""
        system, name = self.block.system, self.block.notation.fresh("s", "u", "w")
        has_input = any(v.constant != 0 for v in self.coefficients.source)
        if has_input and system.time in parts.pace.used():
            return None
        builder = Builder((name, *system.states, *system.parameters))
        own, *states = builder.inputs[: system.n_states + 1]
        parameters = builder.inputs[system.n_states + 1 :]
        matrix = builder.inline(parts.matrix, parameters)
        time = system.t0 + own / builder.inline(parts.pace, [own, *parameters])[0]
        rates = list(builder.inline(parts.inputs, [time, *parameters]))
        for i, row in enumerate(rates):
            for j, state in enumerate(states):
                row = row + matrix[i * len(states) + j] * state
            rates[i] = row
        return FirstOrderSystem(
            system.states, system.parameters, builder.finish(rates), system.start, name
        )

    def _solved(self, parts: Common, inner: FirstOrderSystem, found: Solved) -> Solved:
        system, notation, formula = self.block.system, self.block.notation, found.formula
        tape = self._outer(parts, found.tape)
        back: Tape | Written = (
            self._outer(parts, formula)
            if isinstance(formula, Tape)
            else Grown(formula, system, inner, parts)
        )
        domain = (f"valid from {system.time} = {system.t0:g} on as far as it is defined",)
        first = self._first(parts, inner)
        claims = () if isinstance(back, Written) else fulfilment(system, back)
        shown = back.shown(notation) if isinstance(back, Written) else self._shown(back)
        last = Step("Put in what they are", chain(*shown, sign=", "), claims)
        return Solved(back, tape, domain, (first, *found.steps, last))

    def _first(self, parts: Common, inner: FirstOrderSystem) -> Step:
        """Return the step that takes the growth out."""
        notation, system = self.block.notation, self.block.system
        own = chain(Shown(inner.time, inner.time), notation.answer(parts.own))
        name = notation.fresh("G", "Gamma")
        growth = chain(notation.in_time(name), notation.answer(parts.growth))
        words = (
            f"The matrix grows alike in all states: take out exp({name}); in the variable "
            f"{inner.time} what is left has constant coefficients"
        )
        pairs = ((parts.own, parts.pace), (parts.growth, parts.rate))
        claims = tuple(Claim(derivative(e, system.time), rate) for e, rate in pairs)
        return Step(words, chain(own, growth, sign=", "), claims)

    def _outer(self, parts: Common, tape: Tape) -> Tape:
        """Return a function of s, times the growth, as one of time."""
        system = self.block.system
        builder = Builder((system.time, *system.parameters))
        own, growth = (builder.inline(e, builder.inputs)[0] for e in (parts.own, parts.growth))
        grown = growth.apply("exp")
        values = builder.inline(tape, [own, *builder.inputs[1:]])
        return builder.finish(grown * v if growth.constant != 0 else v for v in values)

    def _shown(self, formula: Tape) -> tuple[Shown, ...]:
        notation = self.block.notation
        return tuple(
            chain(notation.in_time(s), notation.answer(formula.select([i])))
            for i, s in enumerate(self.block.system.states)
        )


def common_growth(block: Block, coefficients: Affine) -> CommonGrowth | None:
    """Return a block as such a system, None where its matrix is constant or it is too large."""
    if coefficients.is_constant or not 2 <= coefficients.size <= _MOST:
        return None
    return CommonGrowth(block, coefficients)
