"""Two linear equations with constant coefficients: growth, decay and oscillation in one form.

With m half the trace of A and d = m^2 - det(A), exp(A*t) = exp(m*t)*(C + (A - m)*S), where C and S
are cosh(w*t) and sinh(w*t)/w for w^2 = d > 0, cos and sin for d = -w^2, and 1 and t for d = 0
(Boyce and DiPrima 2012, *Elementary Differential Equations*, sections 7.5, 7.6 and 7.8).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import factorial
from typing import Any

from ...notation import Notation, Shown, chain, telling
from ...system import FirstOrderSystem
from ...tape import Builder, Tape, Value
from ...tape.differentiate import derivative
from ...tape.precise import Precise
from ..derivation import Claim

_NEAR = 0.25  # of d*t^2, below which series are summed
_TERMS = 9
_PARTS = ("exp(m*t)*C", "exp(m*t)*S")  # as inputs: no name of a model has such signs


def basis(middle: Value, square: Value, determinant: Value, time: Value) -> tuple[Value, Value]:
    """Return exp(m*t)*C and exp(m*t)*S, safe for d of any sign and for large times.

    Parameters
    ----------
    middle, square, determinant
        m, d and det(A) = m^2 - d.
    time
        t.
    """
    x = square * time * time
    near, turning = abs(x) < _NEAR, square < 0.0
    w = near.apply("select", 1.0, abs(square)).apply("sqrt")
    small = near.apply("select", x, 0.0)
    even = _series([1.0 / factorial(2 * k) for k in range(_TERMS)], small)
    odd = _series([1.0 / factorial(2 * k + 1) for k in range(_TERMS)], small)
    fast, slow = _roots(middle, w, determinant, turning)
    up, down = (fast * time).apply("exp"), (slow * time).apply("exp")
    grown, angle = (middle * time).apply("exp"), turning.apply("select", w * time, 0.0)
    far_even = turning.apply("select", grown * angle.apply("cos"), (up + down) / 2)
    far_odd = turning.apply("select", grown * angle.apply("sin"), (up - down) / 2) / w
    return (
        near.apply("select", grown * even, far_even),
        near.apply("select", grown * time * odd, far_odd),
    )


def _roots(middle: Value, w: Value, determinant: Value, turning: Value) -> tuple[Value, Value]:
    """Return m + w and m - w, the one that cancels from the product of both."""
    sinks = middle < 0.0
    sum_, gap = middle + w, middle - w
    fast = sinks.apply("select", determinant / sinks.apply("select", gap, 1.0), sum_)
    slow = sinks.apply("select", gap, determinant / sinks.apply("select", 1.0, sum_))
    # where the rates are complex these are not used, and must not overflow
    return turning.apply("select", 0.0, fast), turning.apply("select", 0.0, slow)


def _series(coefficients: Sequence[float], x: Value) -> Value:
    total = x.builder.constant(coefficients[-1])
    for c in reversed(coefficients[:-1]):
        total = total * x + c
    return total


def _later(rows: Callable[[], Sequence[Shown]], place: int) -> Shown:
    """Return one of some rows, which are found when it is read."""
    return Shown(lambda: rows()[place].text, lambda: rows()[place].latex)


@dataclass(frozen=True)
class Oscillation:
    """p + exp(m*t)*(u*C + v*S) for two states, where the sign of d depends on the parameters.

    Parameters
    ----------
    system
        What is solved.
    steady
        p, from time and the parameters.
    shares
        u, v for each state in turn, then m, d and -d, from the parameters.
    """

    system: FirstOrderSystem
    steady: Tape
    shares: Tape

    def shown(self, notation: Notation) -> tuple[Shown, ...]:
        """Return the equations, then what C and S are."""
        return self.shown_as(notation, notation.answer)

    def shown_as(self, notation: Notation, written: Callable[[Tape], Shown]) -> tuple[Shown, ...]:
        """Return the same with formulas of time and parameters written in another way."""
        even, odd = notation.fresh("C", "C_w"), notation.fresh("S", "S_w")
        rows = [
            chain(notation.in_time(self.system.states[i]), written(self._row(i, even, odd)))
            for i in telling(self.system.states)
        ]
        waves = cache(lambda: self._waves(notation, written, even, odd))
        return (*rows, *(_later(waves, place) for place in range(4)))

    def _waves(
        self, notation: Notation, written: Callable[[Tape], Shown], even: str, odd: str
    ) -> tuple[Shown, ...]:
        """Return what C and S are: exponential where they must be for positive d, else turning."""
        builder = Builder((self.system.time, *self.system.parameters))
        gone = builder.inputs[0] - self.system.t0
        square, turning = builder.inline(self.shares, builder.inputs[1:])[-2:]

        def said(value: Value) -> Shown:
            return written(builder.formula(value))

        usual, unusual, ops, others = turning, square, ("cos", "sin"), "cosh, sinh"
        root = notation.fresh("omega", "w_d")
        if said(turning).text.startswith("-"):
            usual, unusual, ops, others = square, turning, ("cosh", "sinh"), "cos, sin"
            root = notation.fresh("w", "q", "w_d")
        w = builder.input(root)
        below, inner, elapsed = said(usual), said(unusual), said(gone)
        other = (
            f"where {below} < 0 with {others} and sqrt({inner}); "
            f"where it is 0, {even} = 1 and {odd} = {elapsed}"
        )
        waves = ", ".join(rf"\{op}" for op in others.split(", "))
        one, linear = (notation.name(name).latex for name in (even, odd))
        limits = rf"{one}=1 \text{{ and }} {linear}={elapsed.latex}"
        set_out = (
            rf"\text{{where }} {below.latex} < 0 \text{{ with }} {waves} \text{{ and }} "
            rf"\sqrt{{{inner.latex}}} \text{{; where it is 0, }} {limits}"
        )
        return (
            chain(notation.name(even), said((w * gone).apply(ops[0]))),
            chain(notation.name(odd), said((w * gone).apply(ops[1]) / w)),
            chain(notation.name(root), said(usual.apply("sqrt"))),
            Shown(other, set_out),
        )

    def claims(self) -> tuple[Claim, ...]:
        """Claim that the equations and the start values are fulfilled, as C' = d*S and S' = C."""
        system = self.system
        builder = Builder((system.time, *system.parameters, *_PARTS))
        time, *parameters = builder.inputs[: -len(_PARTS)]
        even, odd = builder.inputs[-len(_PARTS) :]
        *shares, m, d, _ = builder.inline(self.shares, parameters)
        pairs = list(zip(shares[::2], shares[1::2], strict=True))
        steady = builder.inline(self.steady, [time, *parameters])
        moved = builder.inline(derivative(self.steady, system.time), [time, *parameters])
        begun = builder.inline(self.steady, [builder.constant(system.t0), *parameters])
        y = [p + u * even + v * odd for p, (u, v) in zip(steady, pairs, strict=True)]
        at = dict(zip((*builder.names, *system.states), (*builder.inputs, *y), strict=True))
        rates = builder.inline(system.vector_field, [at[n] for n in system.vector_field.inputs])
        slopes = [
            p + u * (m * even + d * odd) + v * (m * odd + even)
            for p, (u, v) in zip(moved, pairs, strict=True)
        ]
        starts = builder.inline(system.start, parameters)
        first = [p + u for p, (u, _) in zip(begun, pairs, strict=True)]
        both = (*zip(slopes, rates, strict=True), *zip(first, starts, strict=True))
        return tuple(Claim(builder.formula(a), builder.formula(b)) for a, b in both)

    def _row(self, i: int, even: str, odd: str) -> Tape:
        builder = Builder((self.system.time, *self.system.parameters))
        *shares, middle, _, _ = builder.inline(self.shares, builder.inputs[1:])
        grown = (middle * (builder.inputs[0] - self.system.t0)).apply("exp")
        turned = shares[2 * i] * builder.input(even) + shares[2 * i + 1] * builder.input(odd)
        steady = builder.inline(self.steady, builder.inputs[: len(self.steady.inputs)])[i]
        return builder.formula(steady + (turned if middle.constant == 0 else grown * turned))

    def values(self, precise: Precise, point: Mapping[str, Any]) -> Sequence[Any]:
        """Return both states with many digits."""
        _, even, odd, shares = self._parts(precise, point)
        pairs = zip(precise(self.steady, point), shares, strict=True)
        return [p + u * even + v * odd for p, (u, v) in pairs]

    def slopes(self, precise: Precise, point: Mapping[str, Any]) -> Sequence[Any]:
        """Return their derivatives by time: C' = d*S, S' = C, and the growth."""
        (middle, square), even, odd, shares = self._parts(precise, point)
        moved = precise(derivative(self.steady, self.system.time), point)
        return [
            p + u * (middle * even + square * odd) + v * (middle * odd + even)
            for p, (u, v) in zip(moved, shares, strict=True)
        ]

    def _parts(self, precise: Precise, point: Mapping[str, Any]) -> Any:
        context = precise.context
        *shares, middle, square, _ = precise(self.shares, point)
        time = context.mpf(point[self.system.time]) - self.system.t0
        w = context.sqrt(square)
        grown = context.exp(middle * time)
        even = grown * context.re(context.cosh(w * time))
        odd = grown * (context.re(context.sinh(w * time) / w) if w else time)
        return (middle, square), even, odd, list(zip(shares[::2], shares[1::2], strict=True))
