"""Linear equations of second order whose coefficients vary, by functions with a name.

Airy's, Bessel's, Weber's and Hermite's, Whittaker's and Kummer's, Legendre's: recognised by their
normal form, from which the first derivative is gone (DLMF 1.13(iv)); the start values decide the
combination, by Cramer's rule and the Wronskian.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial, reduce

from ...errors import SpecificationError
from ...notation import Shown, chain
from ...symbolic.named_equations import Named, named
from ...symbolic.rational import simplified
from ...tape import Builder, Tape, Value
from ...tape.differentiate import derivative
from ..derivation import Claim, Step
from ..motions.conservative import is_second_order
from ..solvable import Block, Solved
from ..workings import fulfilment
from .affine import ELAPSED, varying

_GROWING = frozenset({"exp", "hyp1f1", "besseli", "cosh", "sinh"})
_LARGEST = 700.0  # argument of these whose value is a double
_WAVING = frozenset({"besselj", "bessely"})
_FASTEST = 1e4  # argument of these up to which rounding of it is no matter
_BETWEEN = -2.5e7, 1e5  # arguments of 0F1, a Bessel function of twice their root, for the same
_HUGE = 1e150  # a value of a solution whose products are still doubles
_LOST = 1e6  # times that terms may be larger than their sum: beyond, too few digits are left


def _within(builder: Builder, formula: Tape) -> list[Value]:
    """Return that no function in a formula is beyond all doubles, or of an angle without digits."""
    found: list[Value] = []
    for ops, largest in ((_GROWING, _LARGEST), (_WAVING, _FASTEST)):
        outputs = dict.fromkeys(n.args[-1] for n in formula.nodes if n.op in ops)
        arguments = builder.inline(replace(formula, outputs=tuple(outputs)), builder.inputs)
        found += [v < largest for v in arguments if v.constant is None]
    outputs = dict.fromkeys(n.args[-1] for n in formula.nodes if n.op == "hyp0f1")
    arguments = builder.inline(replace(formula, outputs=tuple(outputs)), builder.inputs)
    low, high = _BETWEEN
    return found + [(low < v) & (v < high) for v in arguments if v.constant is None]


@dataclass(frozen=True)
class LinearNamed:
    """One equation y'' = p(t)*y' + q(t)*y.

    Parameters
    ----------
    block
        What is asked for.
    p, q
        From time and parameters.
    """

    block: Block
    p: Tape
    q: Tape

    def solutions(self) -> Iterator[Solved]:
        """Yield the solutions by each name the normal form has."""
        with suppress(SpecificationError):
            for found in named(self.p, self.q, self.block.system.time, self.block.system.t0):
                self.block.clock.check()
                yield self._solved(found)

    def _solved(self, found: Named) -> Solved:
        system = self.block.system
        inputs = (system.time, *system.parameters)
        builder = Builder(inputs)
        time, *parameters = builder.inputs
        here, begin = [time, *parameters], [builder.constant(system.t0), *parameters]
        slopes = derivative(found.pair, system.time)
        one, other = builder.inline(found.pair, begin)
        one_slope, other_slope = builder.inline(slopes, begin)
        start, speed = builder.inline(system.start, parameters)
        scale = builder.inline(found.scale, begin)[0]
        plain = start * other_slope - speed * other, speed * one - start * one_slope
        c = [self._simplified(builder, scale * v) for v in plain]
        rows = [builder.inline(tape, here) for tape in (found.pair, slopes)]
        terms = [[factor * u for factor, u in zip(c, row, strict=True)] for row in rows]
        formula = builder.finish([a + b for a, b in terms])
        conditions = [v > 0.0 for at in (here, begin) for v in builder.inline(found.positive, at)]
        digits = [
            abs(a) + abs(b) <= _LOST * (abs(a + b) + abs(start) + abs(speed)) for a, b in terms
        ]
        sizes = (one, other, one_slope, other_slope, *rows[0], *rows[1])
        doubles = [abs(v) < _HUGE for v in sizes if v.constant is None]
        within = [*conditions, *digits, *doubles, *_within(builder, formula)]
        holds = reduce(Value.__and__, within)
        steps = tuple(self._steps(found, formula))
        return Solved(formula, formula, self._domain(found), steps, builder.finish([holds]))

    def _simplified(self, builder: Builder, value: Value) -> Value:
        names = self.block.system.parameters
        shorter = simplified(builder.finish([value], names))
        return builder.inline(shorter, [builder.input(n) for n in names])[0]

    def _domain(self, found: Named) -> tuple[str, ...]:
        notation = self.block.notation
        positive = [
            notation.formula(found.positive.select([i])).text
            for i in range(len(found.positive.outputs))
        ]
        where = " and ".join(f"{text} > 0" for text in dict.fromkeys(positive))
        return (f"valid where {where}" if where else f"valid for all {notation.time}",)

    def _steps(self, found: Named, formula: Tape) -> Iterator[Step]:
        notation, system = self.block.notation, self.block.system
        yield from self._to_normal_form(found)
        yield from self._two_solutions(found)
        yield Step(
            "The start values determine the combination",
            chain(notation.in_time(system.states[0]), notation.answer(formula.select([0]))),
            fulfilment(system, formula),
        )

    def _to_normal_form(self, found: Named) -> Iterator[Step]:
        notation, system = self.block.notation, self.block.system
        builder = Builder((system.time, *system.states, *system.parameters))
        time, y, slope, *parameters = builder.inputs
        here = [time, *parameters]
        p, q, factor, invariant = (
            builder.inline(tape, here)[0]
            for tape in (self.p, self.q, found.factor, found.invariant)
        )
        rate = builder.inline(system.vector_field, builder.inputs)[1]
        slope_of_factor, slope_of_p = (
            builder.inline(derivative(tape, system.time), here)[0]
            for tape in (found.factor, self.p)
        )
        step = partial(self._step, builder)
        yield step(
            "A linear equation of second order, with coefficients that vary",
            notation.rate(system.states[1]), rate, (rate, p * slope + q * y),
        )  # fmt: skip
        yield step(
            f"Substitute {notation.name(system.states[0]).text} = f*z: with this f the first "
            "derivative of z drops out", Shown("f", "f"), factor,
            (slope_of_factor, 0.5 * p * factor),
        )  # fmt: skip
        yield step(
            "The normal form z'' = I*z is left", Shown("I", "I"), invariant,
            (invariant, q + 0.25 * p * p - 0.5 * slope_of_p),
        )  # fmt: skip

    def _two_solutions(self, found: Named) -> Iterator[Step]:
        notation, system = self.block.notation, self.block.system
        builder = Builder((system.time, *system.parameters))
        here = builder.inputs
        p, q, wronskian = (
            builder.inline(tape, here)[0] for tape in (self.p, self.q, found.wronskian)
        )
        firsts = derivative(found.pair, system.time)
        seconds = builder.inline(derivative(firsts, system.time), here)
        pair, pair_slopes = builder.inline(found.pair, here), builder.inline(firsts, here)
        fulfilled = ((b, p * s + q * u) for u, s, b in zip(pair, pair_slopes, seconds, strict=True))
        yield Step(
            f"This equation {found.name}; two solutions are",
            chain(*(notation.formula(found.pair.select([i])) for i in (0, 1)), sign=",  "),
            tuple(Claim(builder.formula(a), builder.formula(b)) for a, b in fulfilled),
        )
        yield self._step(
            builder, "Their Wronskian is not zero, so that they suffice", Shown("W", "W"),
            wronskian, (pair[0] * pair_slopes[1] - pair[1] * pair_slopes[0], wronskian),
        )  # fmt: skip

    def _step(
        self, builder: Builder, words: str, left: Shown, right: Value, *claims: tuple[Value, Value]
    ) -> Step:
        tapes = tuple(Claim(builder.formula(a), builder.formula(b)) for a, b in claims)
        shown = self.block.notation.formula(builder.formula(right))
        return Step(words, chain(left, shown), tapes)


def by_name(block: Block) -> LinearNamed | None:
    """Return a block as a linear equation of second order that varies, None if it is another."""
    system = block.system
    if system.n_states != 2 or not is_second_order(system.vector_field, system.states):
        return None
    found = varying(system)
    if found is None or any(v.constant != 0 for v in found.source):
        return None
    builder = Builder((system.time, *system.parameters))
    time, *parameters = builder.inputs
    zero = found.builder.constant(0.0)
    inner = found.builder.finish(
        (found.matrix.get((1, j), zero) for j in (1, 0)), (ELAPSED, *system.parameters)
    )
    p, q = builder.inline(inner, [time - system.t0, *parameters])
    return LinearNamed(block, builder.finish([p]), builder.finish([q]))
