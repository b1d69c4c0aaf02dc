"""Systems whose states grow by one factor, or turn about the origin while they do.

Rates in proportion to the states, dy_i/dt = y_i*g(t, y), keep all ratios: y = y_0*G, and G has an
equation of its own. Where turning the plane turns the rates with it, as in the normal form of
Hopf's bifurcation, the distance from the origin grows by such a factor while the angle grows
(polar coordinates; Strogatz 2015, *Nonlinear Dynamics and Chaos*, sections 7.1 and 8.2).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from random import Random
from typing import Any

from ..errors import listing
from ..exact.derivation import Claim, Step
from ..exact.linear.affine import affine
from ..exact.proof.points import number, points
from ..exact.solvable import Block, Solved
from ..exact.workings import fulfilment
from ..notation import Shown, chain
from ..symbolic.rational import simplified
from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value

_LONGEST = 200  # operations of rates that are looked at
_PLACES, _SAME = 4, 1e-9  # where rates are compared, and how well
_COSINE, _SINE = 0.6, 0.8  # of the angle by which states are turned


@dataclass(frozen=True)
class CommonFactorClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "states that grow by a common factor, dy/dt = y*g(t, y), or turn while they do"

    @property
    def order(self) -> int:
        """Beside conserved totals: one equation is left to solve."""
        return 11

    def recognise(self, block: Block) -> CommonFactor | None:
        """Return the system, or None if its states do not grow so."""
        system = block.system
        if system.n_states < 2 or len(system.vector_field.nodes) > _LONGEST:
            return None
        if all(_are_in_proportion(y, f) for _, y, f in _places(system)):
            return CommonFactor(block, turns=False)
        turns = system.n_states == 2 and all(_turn(system, *at) for at in _places(system))
        if turns and affine(system) is None:  # a linear one is written with its matrix
            return CommonFactor(block, turns=True)
        return None


SOLVABLE = CommonFactorClass()
_Place = tuple[Mapping[str, float], Sequence[float], Sequence[float]]


def _places(system: FirstOrderSystem) -> Iterator[_Place]:
    """Yield values of time and parameters, states, and the rates there."""
    random = Random(0)
    for point in islice(points(system, random), _PLACES):
        y = [number(random, 1) for _ in system.states]
        yield point, y, _rates(system, point, y)


def _rates(
    system: FirstOrderSystem, point: Mapping[str, float], y: Sequence[float]
) -> Sequence[float]:
    at = {**point, **dict(zip(system.states, y, strict=True))}
    return system.vector_field(*(at[name] for name in system.vector_field.inputs))


def _are_in_proportion(y: Sequence[float], f: Sequence[float]) -> bool:
    return all(_same(f[i] * y[0], f[0] * y[i], f[i] * y[0]) for i in range(1, len(y)))


def _turn(system: FirstOrderSystem, point: Mapping[str, float], *place: Sequence[float]) -> bool:
    """Tell whether the rates turn with the states."""
    y, f = place
    turned, size = _rates(system, point, _rotated(y)), math.hypot(*f)
    return all(_same(a, b, size) for a, b in zip(turned, _rotated(f), strict=True))


def _rotated(v: Sequence[Any]) -> list[Any]:
    return [_COSINE * v[0] - _SINE * v[1], _SINE * v[0] + _COSINE * v[1]]


def _times(value: Value, factor: Value) -> Value:
    """Return a product; if the factor is a fraction, as one fraction."""
    node = factor.builder.nodes[factor.number]
    if node.op != "div":
        return value * factor
    top, bottom = (Value(factor.builder, a) for a in node.args)
    return value * top / bottom


def _same(one: float, other: float, size: float) -> bool:
    return abs(one - other) <= _SAME * abs(size)


@dataclass(frozen=True)
class CommonFactor:
    """One such system.

    Parameters
    ----------
    block
        What is asked for.
    turns
        Whether the states turn about the origin.
    """

    block: Block
    turns: bool

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution, if factor and angle have one."""
        inner = self._inner()
        found = self.block.again(inner)
        if found is not None and isinstance(found.formula, Tape):
            formula = self._outer(found.formula)
            steps = (self._substituted(inner), *found.steps, self._back(formula))
            yield Solved(formula, self._outer(found.tape), found.domain, steps, found.holds)

    def _inner(self) -> FirstOrderSystem:
        """Return the equations of the factor and of the angle, which begin with 1 and 0."""
        system, fresh = self.block.system, self.block.notation.fresh
        names = (fresh("G", "g", "u"), *((fresh("phi", "theta"),) if self.turns else ()))
        builder = Builder((system.time, *names, *system.parameters))
        time, factor, *others = builder.inputs
        parameters = others[len(names) - 1 :]
        start = builder.inline(system.start, parameters)
        rates = [
            builder.inline(tape, [time, factor, *start, *parameters])[0] for tape in self._growth()
        ]
        begun = Builder(system.parameters).finish([1.0, 0.0][: len(names)])
        return replace(
            system, states=names, vector_field=builder.finish(rates), start=begun, events=()
        )

    def _growth(self) -> Iterator[Tape]:
        """Yield the rate of the factor, and of the angle, from time, factor, start, parameters."""
        system = self.block.system
        builder = Builder((system.time, "factor", *system.states, *system.parameters))
        time, factor, *others = builder.inputs
        start, parameters = others[: system.n_states], others[system.n_states :]
        at = [time, *(factor * y for y in start), *parameters]
        f = builder.inline(system.vector_field, at)
        if not self.turns:
            yield simplified(builder.finish([f[0] / start[0]]))
            return
        (x, y), square = start, start[0] ** 2 + start[1] ** 2
        yield simplified(builder.finish([(x * f[0] + y * f[1]) / square]))
        yield simplified(builder.finish([(x * f[1] - y * f[0]) / (square * factor)]))

    def _outer(self, inner: Tape) -> Tape:
        """Return the states from time and parameters."""
        system = self.block.system
        builder = Builder((system.time, *system.parameters))
        start = builder.inline(system.start, builder.inputs[1:])
        factor, *angle = builder.inline(inner, builder.inputs)
        return builder.finish(_times(v, factor) for v in self._moved(start, angle))

    def _moved(self, start: Sequence[Value], angle: Sequence[Value]) -> Sequence[Value]:
        if not angle:
            return start
        (x, y), c, s = start, angle[0].apply("cos"), angle[0].apply("sin")
        return x * c - y * s, x * s + y * c

    def _substituted(self, inner: FirstOrderSystem) -> Step:
        """Return the step that leads to the factor; that the rates are such is claimed."""
        system, notation = self.block.system, self.block.notation
        builder = Builder((*inner.states, *system.parameters))
        factor, *others = builder.inputs
        angle = others[: len(inner.states) - 1]
        start = builder.inline(system.start, builder.inputs[len(inner.states) :])
        values = [factor * v for v in self._moved(start, angle)]
        shown = (
            chain(notation.in_time(s), notation.answer(builder.formula(v)))
            for s, v in zip(system.states, values, strict=True)
        )
        words = f"The rates are in proportion to the states, so that {listing(system.states)} keep "
        words += "their ratio: they grow by a common factor"
        if self.turns:
            words = "The rates turn with the states: in polar coordinates distance and angle have "
            words += "equations of their own"
        return Step(words, chain(*shown, sign=", "), tuple(self._claims()))

    def _claims(self) -> Iterator[Claim]:
        system = self.block.system
        builder = Builder((system.time, *system.states, *system.parameters))
        time, *others = builder.inputs
        y, parameters = others[: system.n_states], others[system.n_states :]
        f = builder.inline(system.vector_field, builder.inputs)
        if self.turns:
            there = builder.inline(system.vector_field, [time, *_rotated(y), *parameters])
            for one, other in zip(there, _rotated(f), strict=True):
                yield Claim(builder.formula(one), builder.formula(other))
            return
        for state, rate in zip(y[1:], f[1:], strict=True):
            yield Claim(builder.formula(rate * y[0]), builder.formula(f[0] * state))

    def _back(self, formula: Tape) -> Step:
        system, notation = self.block.system, self.block.notation
        shown: Iterator[Shown] = (
            chain(notation.in_time(s), notation.answer(formula.select([i])))
            for i, s in enumerate(system.states)
        )
        return Step("Put in what they are", chain(*shown, sign=", "), fulfilment(system, formula))
