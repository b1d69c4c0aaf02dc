"""The root of a power beside a square, dx/dt = sqrt(A*x^m + B*x^2).

A power of the state, u = x^p with p = 1 - m/2, fulfils u'^2 = p^2*(A + B*u^2) and so u'' = p^2*B*u:
it grows or turns. The scale factor of a flat universe of matter and a cosmological constant is one,
with p = 3/2 (Friedmann 1922; Sahni and Starobinsky 2000, International Journal of Modern Physics D
9, 373-444, section 3, doi:10.1142/S0218271800000542).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from ..exact.derivation import Step
from ..exact.linear.pair import basis
from ..exact.motions.two_sided import root
from ..exact.proof.points import number
from ..exact.solvable import Block, Solved
from ..exact.workings import Account, Workings
from ..notation import Shown
from ..symbolic.rational import simplified
from ..tape import Builder, Tape, Value
from ..tape.differentiate import derivative
from ..tape.precise import Precise

_DIGITS, _SAME, _LARGEST = 40, 1e-25, 24  # of the power, how near it is to a fraction, and which
_PLACES = 3


@dataclass(frozen=True)
class RootOfPowersClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "the root of a power beside a square, dx/dt = sqrt(A*x^m + B*x^2)"

    @property
    def order(self) -> int:
        """Before integrals are looked for."""
        return 10

    def recognise(self, block: Block) -> RootOfPowers | None:
        """Return the equation, None if it is another."""
        system = block.system
        field = system.vector_field
        if system.n_states != 1 or system.time in field.used() or not _has_root(field):
            return None
        state = system.states[0]
        builder = Builder((state, *system.parameters))
        known = dict(zip(builder.names, builder.inputs, strict=True))
        (rate,) = builder.inline(field, [known.get(n, 0.0) for n in field.inputs])
        share = builder.finish([_square(rate) / builder.inputs[0] ** 2.0])
        fall = _fall(share, state)
        if fall is None or fall == -2:  # of m = 0 the state itself is linear
            return None
        square = _square_share(share, state, fall)
        return None if square is None else RootOfPowers(block, -fall / 2, square)


SOLVABLE = RootOfPowersClass()


def _has_root(tape: Tape) -> bool:
    return any(
        node.op == "sqrt" or (node.op == "pow" and tape.nodes[node.args[1]].value == 0.5)
        for node in tape.nodes
    )


def _square(value: Value) -> Value:
    """Return the square of a product, a root among its factors taken away."""
    builder, node = value.builder, value.builder.nodes[value.number]
    args = [Value(builder, a) for a in node.args]
    if node.op in {"mul", "div"}:
        return _square(args[0]).apply(node.op, _square(args[1]))
    if node.op == "neg":
        return _square(args[0])
    if node.op == "sqrt":
        return args[0]
    if node.op == "pow" and args[1].constant is not None:
        return args[0] ** (2.0 * args[1].constant)
    return value**2.0


def _fall(share: Tape, state: str) -> Fraction | None:
    """Return m - 2, of which power all of the square of x'/x is that is not constant.

    None if it is none: told by numbers at random places, and a fraction.
    """
    builder = Builder(share.inputs)
    own = builder.inputs
    slope = builder.finish([own[0] * builder.inline(derivative(share, state), own)[0]])
    bend = builder.finish([own[0] * builder.inline(derivative(slope, state), own)[0]])
    precise, random, found = Precise(_DIGITS), Random(0), list[Fraction]()
    for _ in range(_PLACES):
        point = {name: number(random, 1) for name in share.inputs}
        (falls,), (bends,) = precise(slope, point), precise(bend, point)
        ratio = bends / falls if falls else precise.context.nan
        if not math.isfinite(ratio) or abs(falls) < _SAME:
            return None
        power = Fraction(float(ratio)).limit_denominator(_LARGEST)
        if abs(ratio - precise.context.mpf(power.numerator) / power.denominator) > _SAME:
            return None
        found.append(power)
    return found[0] if len({*found}) == 1 and found[0] else None


def _square_share(share: Tape, state: str, fall: Fraction) -> Tape | None:
    """Return B, from the parameters, None if what is left of the square depends on the state."""
    builder = Builder(share.inputs)
    x = builder.inputs[0]
    (whole,) = builder.inline(share, builder.inputs)
    (slope,) = builder.inline(derivative(share, state), builder.inputs)
    left = builder.finish([whole - x * slope / _value(builder, fall)])
    outer = Builder(share.inputs[1:])
    (value,) = outer.inline(left, [1.0, *outer.inputs])
    return simplified(outer.finish([value]))


def _value(builder: Builder, number: Fraction) -> Value:
    """Return a fraction as what it means with any number of digits."""
    return builder.constant(float(number.numerator)) / float(number.denominator)


@dataclass(frozen=True)
class RootOfPowers:
    """One such equation.

    Parameters
    ----------
    block
        What is asked for.
    power
        p.
    square
        B, from the parameters.
    """

    block: Block
    power: Fraction
    square: Tape

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution."""
        w = Workings(self.block.system)
        power, square = _value(w.builder, self.power), w.inline(self.square)
        less, back = _value(w.builder, self.power - 1), _value(w.builder, 1 / self.power)
        begun = w.start**power
        rise = power * w.start**less * w.rate(w.start)
        grown, moving = self._safe(w, begun, rise, square)
        u = self._grown(w, begun, rise, square)
        x = u**back
        ahead = moving * rise > 0.0
        angle = abs((-square).apply("max", 0.0).apply("sqrt") * power * w.elapsed)
        holds = ahead & (angle < math.pi) & (grown > 0.0) & (w.start > 0.0)
        steps = tuple(self._steps(w, u, x, holds))
        tapes = w.of_time(x), w.of_time(grown.apply("max", 0.0) ** back)
        yield Solved(*tapes, tuple(self._domain(w)), steps, w.of_time(holds))

    def _domain(self, w: Workings) -> Iterator[str]:
        notation = self.block.notation
        state, time = notation.name(w.state).text, notation.name(notation.time).text
        yield (
            f"as long as {state} goes on in the direction in which it begins at {time} = "
            f"{w.block.t0:g}, from {state} > 0"
        )

    def _safe(self, w: Workings, begun: Value, rise: Value, square: Value) -> tuple[Value, Value]:
        """Return u and its slope, safe where B is zero and for large times."""
        own = _value(w.builder, self.power**2) * square
        even, odd = basis(w.builder.constant(0.0), own, -own, w.elapsed)
        return begun * even + rise * odd, begun * own * odd + rise * even

    def _grown(self, w: Workings, begun: Value, rise: Value, square: Value) -> Value:
        """Return u, by hyperbolic or circular functions as the sign of B is."""
        power = _value(w.builder, self.power)
        found = list[Value]()
        for size, ops in ((square, ("cosh", "sinh")), (-square, ("cos", "sin"))):
            fast = power * root(size)
            even, odd = ((fast * w.elapsed).apply(op) for op in ops)
            found.append(begun * even + rise / fast * odd)
        node = square.builder.nodes[square.number]
        if square.constant is not None:
            return found[square.constant < 0]
        if node.op == "pow" and Value(square.builder, node.args[1]).constant == 2.0:
            return found[0]
        return (0.0 < square).apply("select", *found)

    def _steps(self, w: Workings, u: Value, x: Value, holds: Value) -> Iterator[Step]:
        """Yield the way: a power of the state, whose second derivative is linear."""
        account, notation = Account(w, self.block.notation), self.block.notation
        letter = notation.fresh("u", "w", "q")
        power, square = _value(w.builder, self.power), w.inline(self.square)
        slope = power * w.y ** _value(w.builder, self.power - 1) * w.rate(w.y)
        yield account.step(
            f"Take the power {letter} of the state whose rate is the root of its own square",
            Shown(letter, letter), w.y**power,
            (power * w.y**power * w.rate(w.y) / w.y, slope),
        )  # fmt: skip
        second = self._along(w, slope)
        value = w.builder.input(letter)
        yield account.step(
            "The square of its rate is a constant and a multiple of its own square, so that its "
            "second derivative is linear", Shown(f"{letter}''", f"{letter}''"),
            power**2.0 * square * value,
            (second * slope, power**2.0 * square * w.y**power * slope),
        )  # fmt: skip
        begun = (w.at_start(u), w.start**power)
        yield account.step("It grows or turns", notation.in_time(letter), u, begun)
        valid = holds.apply("select", w.slope(x), math.nan)
        yield account.step(
            "Return to the state", notation.in_time(w.state), x, (valid, w.rate(x))
        )  # fmt: skip

    def _along(self, w: Workings, value: Value) -> Value:
        """Return the derivative by time of what depends on the state."""
        return w.inline(derivative(w.builder.formula(value), w.state)) * w.rate(w.y)
