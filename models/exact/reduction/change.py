"""A system solved in other states, perhaps in a time of their own, and brought back.

What is put in place of the states is proved for any solution of the other equations: the slopes of
what it gives are the rates, whatever values the other states have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf

from ...notation import Notation, Shown, chain, telling
from ...system import FirstOrderSystem
from ...tape import Builder, Tape, Value
from ...tape.differentiate import derivative
from ..derivation import Claim, Step
from ..solvable import Block, Solved, everywhere
from ..transformed import Transformed

_DEFINED = frozenset("input const add sub mul neg".split())


@dataclass(frozen=True)
class Change:
    """Other states in place of those of a block.

    Parameters
    ----------
    block
        What is asked for.
    inner
        The equations of the other states, with the same parameters.
    back
        The states, from time, the parameters and the other states.
    words
        What is done, in a textbook's words.
    told
        What the other states are.
    own
        The time of the other states, from time and parameters; None where it is the same.
    within
        A condition with the inputs of `back`; None for everywhere.
    claims
        What proves it where that takes more than the other equations; None where it does not.
    """

    block: Block
    inner: FirstOrderSystem
    back: Tape
    words: str
    told: tuple[Shown, ...]
    own: Tape | None = None
    within: Tape | None = None
    claims: tuple[Claim, ...] | None = None

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution, if the other equations have one."""
        found = self.block.again(self.inner)
        if found is None:
            return
        found = replace(found, tape=everywhere(found.tape))  # its condition is another
        tape = self.composed(found.tape)
        if isinstance(found.formula, Tape):
            formula = self.composed(found.formula)
            last = self._last(formula)
        else:
            system = self.block.system
            formula = Transformed(
                found.formula, self.inner.states, system.time, system.states, self.back,
                self.inner.time, self.own,
            )  # fmt: skip
            shown = chain(*formula.shown(self.block.notation), sign=", ")
            last = Step("Go back to what was asked for", shown, solution=True)
        steps = (self._first(), *found.steps, last)
        knows = found.knows_poles and self.own is None
        yield Solved(formula, tape, found.domain, steps, self._holds(found), knows)

    def composed(self, inner: Tape) -> Tape:
        """Return the states from time and parameters, the other ones being solved."""
        builder, values = self._page(inner)
        return builder.finish(builder.inline(self.back, [*builder.inputs, *values]))

    def _page(self, inner: Tape) -> tuple[Builder, list[Value]]:
        """Return a builder with time and parameters, and a function of the other time on it."""
        system = self.block.system
        builder = Builder((system.time, *system.parameters))
        time, *parameters = builder.inputs
        if self.own is not None:
            (time,) = builder.inline(self.own, builder.inputs)
        return builder, builder.inline(inner, [time, *parameters])

    def _holds(self, found: Solved) -> Tape:
        """Return where the states are numbers, and the other ones valid."""
        builder, values = self._page(found.tape)
        there = [*builder.inputs, *values]
        valid = builder.constant(1.0)
        for value in [] if _is_defined(self.back) else builder.inline(self.back, there):
            valid = valid & (abs(value) < inf)
        if self.within is not None:
            valid = valid & builder.inline(self.within, there)[0]
        if found.holds is not None:
            other, (holds,) = self._page(found.holds)
            valid = valid & builder.inline(other.finish([holds]), builder.inputs)[0]
        return builder.finish([valid])

    # ---- the way ---------------------------------------------------------------------------

    def _first(self) -> Step:
        notation = self.block.notation
        there = Notation.of(self.inner)
        field = self.inner.vector_field
        rates = (
            chain(there.rate(s), there.formula(field.select([i])))
            for i, s in enumerate(self.inner.states)
        )
        own = (
            () if self.own is None else (chain(there.name(there.time), notation.formula(self.own)),)
        )
        return Step(
            self.words,
            chain(*self.told, *own, *rates, sign=", "),
            self.claims or tuple(self._claims()),
        )

    def _claims(self) -> Iterator[Claim]:
        """Claim that the states move as they should if the other ones do, and where they begin."""
        system, inner = self.block.system, self.inner
        builder = Builder((system.time, *system.parameters, *inner.states))
        time, *others = builder.inputs
        parameters, states = others[: system.n_parameters], others[system.n_parameters :]
        here = [time, *parameters]
        own, pace = time, builder.constant(1.0)
        if self.own is not None:
            (own,) = builder.inline(self.own, here)
            (pace,) = builder.inline(derivative(self.own, system.time), here)
        moved = builder.inline(inner.vector_field, [own, *states, *parameters])
        slopes = builder.inline(derivative(self.back, system.time), builder.inputs)
        for name, rate in zip(inner.states, moved, strict=True):
            by = builder.inline(derivative(self.back, name), builder.inputs)
            slopes = [s + b * rate * pace for s, b in zip(slopes, by, strict=True)]
        values = builder.inline(self.back, builder.inputs)
        rates = builder.inline(system.vector_field, [time, *values, *parameters])
        for one, other in zip(slopes, rates, strict=True):
            yield Claim(builder.formula(one), builder.formula(other))
        yield from self._begins()

    def _begins(self) -> Iterator[Claim]:
        system, inner = self.block.system, self.inner
        builder = Builder(system.parameters)
        begun = builder.inline(inner.start, builder.inputs)
        there = builder.inline(self.back, [system.t0, *builder.inputs, *begun])
        start = builder.inline(system.start, builder.inputs)
        for one, other in zip(there, start, strict=True):
            yield Claim(builder.formula(one), builder.formula(other))

    def _last(self, formula: Tape) -> Step:
        notation, states = self.block.notation, self.block.states
        shown = (
            chain(notation.in_time(states[i]), notation.answer(formula.select([i])))
            for i in telling(states)
        )
        # It is proved by the first step, and put back as a whole by the certificate.
        return Step("Go back to what was asked for", chain(*shown, sign=", "), solution=True)


def _is_defined(back: Tape) -> bool:
    """Tell whether states are defined wherever the other ones are, as sums and products are."""
    return all(
        node.op in _DEFINED or (node.op == "div" and back.nodes[node.args[1]].op == "const")
        for node in back.nodes
    )
