"""Equations y'' = a(t)*y' + q(t)*y + h(t)*y^n without damping and time in a time of their own.

With y = v(t)*w(s), where

    v'/v = (2*a - h'/h)/(n + 3),   s' = exp(integral of a)/v^2,

w has no damping, and a constant before w^n; if that before w is constant too, an energy is
conserved. Generalised equations of Emden and Fowler, waves of Fisher's equation at their special
speeds, Duffing's with damping that suits (Ince 1956, *Ordinary Differential Equations*, section
14.31; Polyanin and Zaitsev 2003, *Handbook of Exact Solutions for Ordinary Differential
Equations*, section 2.3). With h(t)*exp(n*y) in place of the power a function of time is added,
g' = (2*a - h'/h)/n.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from ..errors import SpecificationError
from ..exact.linear.identity import Identity
from ..exact.reduction.change import Change
from ..exact.reduction.page import Page, is_zero
from ..exact.reduction.second import SecondOrderEquation, nonlinear
from ..exact.solvable import Block, Solved
from ..symbolic.rational import simplified
from ..symbolic.scales import added, grown
from ..system import FirstOrderSystem
from ..tape import Tape, Value
from ..tape.differentiate import derivative


@dataclass(frozen=True)
class DampingRemovedClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "equation of Emden and Fowler or another without damping in a time of its own"

    @property
    def order(self) -> int:
        """After energies, before equations without time in its logarithm."""
        return 18

    def recognise(self, block: Block) -> DampingRemoved | None:
        """Return the equation, None if it is of another kind or keeps its time."""
        equation = nonlinear(block)
        found = equation.coefficients() if equation else None
        if equation is None or found is None or not is_zero(found[2]):
            return None
        if equation.system.states[0] in found[1].inputs:
            return None
        for kind in (_of_power, _of_exponential):
            rates = kind(equation, found[0], found[1])
            if rates is not None:
                return DampingRemoved(equation, *rates)
        return None


SOLVABLE = DampingRemovedClass()


_Rates = tuple[bool, Tape, Tape]


def _of_power(equation: SecondOrderEquation, free: Tape, damping: Tape) -> _Rates | None:
    """Return v'/v and the pace's a - 2*v'/v, if it is a power."""
    (time, y, _), page = equation.names[:3], equation.page()
    second = _again(free, y, 2)
    if is_zero(second):
        return None
    power = equation.without(
        page.of(page[y] * page.put(_again(second, y, 1)) / page.put(second)), [time, y]
    )
    if power is None:
        return None
    n, a = page.put(power) + 2.0, page.put(damping)
    strength = equation.without(
        page.of(page.put(second) * page[y] ** (2.0 - n) / (n * (n - 1.0))), [y]
    )
    if strength is None or n.constant == -3.0:
        return None
    linear = (page.put(free) - page.put(strength) * page[y] ** n) / page[y]
    rest = equation.without(page.of(linear), [y])
    if rest is None:
        return None
    growth = (2.0 * a - _relative(page, strength, time)) / (n + 3.0)
    left = page.put(rest) + a * growth - _by(page, growth, time) - growth**2.0
    return _settled(equation, page, growth, a - 2.0 * growth, left, factor=True)


def _of_exponential(equation: SecondOrderEquation, free: Tape, damping: Tape) -> _Rates | None:
    """Return g' and a, if it is an exponential."""
    (time, y, _), page = equation.names[:3], equation.page()
    first = _again(free, y, 1)
    rate = equation.without(page.of(page.put(_again(first, y, 1)) / page.put(first)), [time, y])
    if rate is None or is_zero(rate):
        return None
    n, a = page.put(rate), page.put(damping)
    whole = page.put(first) / n
    strength = equation.without(page.of(whole * (-n * page[y]).apply("exp")), [y])
    rest = equation.without(page.of(page.put(free) - whole), [y])
    if strength is None or rest is None:
        return None
    growth = (2.0 * a - _relative(page, strength, time)) / n
    left = page.put(rest) + a * growth - _by(page, growth, time)
    return _settled(equation, page, growth, a, left, factor=False)


def _settled(
    equation: SecondOrderEquation, page: Page, growth: Value, pace: Value, left: Value, factor: bool
) -> _Rates | None:
    """Return the rates of both scales, if what is left goes with the square of the pace."""
    time = equation.system.time
    identity = Identity(page.builder)
    if identity.is_zero(growth) and identity.is_zero(pace):
        return None
    if not identity.same(_by(page, left, time), 2.0 * pace * left):
        return None
    return factor, page.builder.formula(growth), page.builder.formula(pace)


def _again(tape: Tape, name: str, times: int) -> Tape:
    """Return a derivative by a name, zero where that does not occur."""
    for _ in range(times):
        page = Page(tape.inputs)
        tape = derivative(page.all(tape), name) if name in tape.inputs else page.of(0.0)
    return simplified(tape)


def _by(page: Page, value: Value, time: str) -> Value:
    return page.put(derivative(page.of(value), time))


def _relative(page: Page, strength: Tape, time: str) -> Value:
    """Return h'/h."""
    return _by(page, page.put(strength), time) / page.put(strength)


@dataclass(frozen=True)
class DampingRemoved:
    """One such equation.

    Parameters
    ----------
    equation
        The equation.
    factor
        Whether the scale v is a factor of the state, or g is added to it.
    growth, pace
        v'/v or g', and the relative rate of s', from time and parameters.
    """

    equation: SecondOrderEquation
    factor: bool
    growth: Tape
    pace: Tape

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution, if the scales are known and the equation without damping has one."""
        system = self.equation.system
        names = (system.time, *system.parameters)
        growth, pace = (simplified(Page(names).all(tape)) for tape in (self.growth, self.pace))
        with suppress(SpecificationError):
            scale = (grown if self.factor else added)(growth, names, system.t0)
            speed = grown(pace, names, system.t0)
            own = None if speed is None else added(speed, names, system.t0)
            if scale is not None and speed is not None and own is not None:
                yield from self._change(scale, speed, own).solutions()

    def _change(self, scale: Tape, speed: Tape, own: Tape) -> Change:
        """Return the equation without damping."""
        equation, system = self.equation, self.equation.system
        time, y, _ = equation.names[:3]
        w = equation.notation.fresh("w", "u", "q", "w_1")
        names = w, f"{w}'"
        back = Page((time, *system.parameters, *names))
        size, drift, moved = (back.put(f) for f in (scale, self.growth, speed))
        state, slope = back[w] + size, moved * back[names[1]] + drift
        if self.factor:
            state = size * back[w]
            slope = size * (moved * back[names[1]] + drift * back[w])
        there = equation.page(w)
        told = there.put(scale) * there[w] if self.factor else there[w] + there.put(scale)
        return Change(
            equation.block, self._inner(names), back.of(state, slope),
            "But for a function of time, in a time of its own, it has no damping and no time",
            (equation.told(y, there, told),), own=own,
        )  # fmt: skip

    def _inner(self, names: tuple[str, str]) -> FirstOrderSystem:
        """Return the equation of w, which is that of the start: there both scales are one."""
        equation, system = self.equation, self.equation.system
        time, y, v = equation.names[:3]
        own = equation.notation.fresh("s", "tau", "s_1")
        page = Page((own, *names, *system.parameters))
        drift, bend, pace = (
            page.put(f, {time: system.t0})
            for f in (self.growth, _again(self.growth, time, 1), self.pace)
        )
        place, speed = page[names[0]], page[names[1]]
        share = place if self.factor else page.builder.constant(1.0)
        rate = page.put(equation.rate, {time: system.t0, y: place, v: speed + drift * share})
        if self.factor:
            rate = rate - (bend + drift**2.0) * place - 2.0 * drift * speed
        else:
            rate = rate - bend
        rate = page.put(simplified(page.of(rate - pace * speed)))
        start = Page(system.parameters)
        begun, slope = equation.started(start)
        drift = start.put(self.growth, {time: system.t0})
        slope = slope - (drift * begun if self.factor else drift)
        return equation.other(names, page.of(speed, rate), start.of(begun, slope), own)
