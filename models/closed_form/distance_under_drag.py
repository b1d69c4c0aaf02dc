"""The distance under a force and drag by the square of the speed, x'' = r + p*x'^2.

The speed fulfils Riccati's equation with constant coefficients, so that x = x0 - log(u)/p, where
u'' = -p*r*u starts with u = 1 and u' = -p*v0 (Taylor 2005, *Classical Mechanics*, section 2.4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan

from ..exact.derivation import Step
from ..exact.first_order.powers import relative_logarithm
from ..exact.linear.pair import basis
from ..exact.motions.conservative import is_second_order
from ..exact.solvable import Block, Solved
from ..exact.workings import Account, Workings
from ..notation import Shown
from ..symbolic.rational import simplified
from ..tape import Builder, Tape, Value
from ..tape.differentiate import derivative

_FAR = 1.0  # angle from which the growing exponential is taken out of the logarithm
_LEAST = 1e-305
_HALF_TURN = 3.141592653589793
_CHOOSING = frozenset("floor sign lt le eq select min max abs".split())


@dataclass(frozen=True)
class DistanceUnderDragClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "distance under a force and drag by the square of the speed, x'' = r + p*x'^2"

    @property
    def order(self) -> int:
        """Before integrals are looked for: the formula of the speed is long."""
        return 5

    def recognise(self, block: Block) -> DistanceUnderDrag | None:
        """Return the equation, None if the speed has another one."""
        whole = block.closure
        field = whole.vector_field
        if block.system.n_states != 1 or whole.n_states != 2:
            return None
        speed, place = whole.states
        swapped = field.select([1, 0])
        if not is_second_order(swapped, (place, speed)):
            return None
        rate = field.select([0])
        slope = derivative(rate, speed)
        bend = derivative(slope, speed)
        free = _where_still(rate, speed, whole.parameters)
        varying = {whole.time, place} & rate.used()
        if varying or speed in bend.used() or any(n.op in _CHOOSING for n in rate.nodes):
            return None
        linear = _where_still(slope, speed, whole.parameters)
        half = _where_still(bend, speed, whole.parameters, 0.5)
        if not _is_zero(linear) or _is_zero(half):
            return None
        return DistanceUnderDrag(block, half, free)


SOLVABLE = DistanceUnderDragClass()


def _where_still(tape: Tape, speed: str, parameters: tuple[str, ...], factor: float = 1.0) -> Tape:
    """Return a tape at speed zero, times a factor, from the parameters."""
    builder = Builder(parameters)
    known = dict(zip(parameters, builder.inputs, strict=True))
    zero = builder.constant(0.0)
    (value,) = builder.inline(tape, [known.get(n, zero) for n in tape.inputs])
    return simplified(builder.finish([factor * value]))


def _is_zero(tape: Tape) -> bool:
    node = tape.nodes[tape.outputs[0]]
    return node.op == "const" and node.value == 0.0


@dataclass(frozen=True)
class DistanceUnderDrag:
    """One such equation.

    Parameters
    ----------
    block
        The distance, with the speed before it.
    square, free
        p and r, from the parameters.
    """

    block: Block
    square: Tape
    free: Tape

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution."""
        w = Workings(self.block.system)
        p, r = w.inline(self.square), w.inline(self.free)
        v = w.inline(self.block.closure.start.select([0]))
        moved, holds = _safe(w.elapsed, p, r, v)
        speed = self.block.notation.name(self.block.closure.states[0]).text
        domain = (f"valid as long as {speed} is finite",)
        u = self._grown(w, v)
        x = _plus(w.start, u.apply("log"), w.inline(self._opposite), p)
        steps = tuple(self._steps(w, u, x, holds))
        tapes = w.of_time(x), w.of_time(w.start + moved)
        yield Solved(*tapes, domain, steps, w.of_time(holds), knows_poles=True)

    @property
    def _opposite(self) -> Tape:
        """-p."""
        builder = Builder(self.square.inputs)
        (p,) = builder.inline(self.square, builder.inputs)
        return simplified(builder.finish([-p]))

    def _grown(self, w: Workings, v: Value) -> Value:
        """Return u, by hyperbolic or circular functions as the sign of p*r is."""
        q, r = w.inline(self._opposite), w.inline(self.free)
        if r.constant == 0:
            return 1.0 + q * v * w.elapsed
        square, turned = (w.inline(simplified(w.of_parameters(s * q * r))) for s in (1.0, -1.0))
        fast, angle = square.apply("sqrt"), turned.apply("sqrt")
        hyper, circular = fast * w.elapsed, angle * w.elapsed
        grows = hyper.apply("cosh") + q * v / fast * hyper.apply("sinh")
        turns = circular.apply("cos") + q * v / angle * circular.apply("sin")
        if square.constant is not None:
            return grows if square.constant > 0 else turns
        falls = square.builder.nodes[square.number].op == "neg"
        positive = turned < 0.0 if falls else 0.0 < square
        return positive.apply("select", grows, turns)

    def _steps(self, w: Workings, u: Value, x: Value, holds: Value) -> Iterator[Step]:
        """Yield the way: the equation of the speed made linear, and integrated."""
        account, notation = Account(w, self.block.notation), self.block.notation
        p, r = w.inline(self.square), w.inline(self.free)
        speed = w.rate(w.y)
        v = w.inline(self.block.closure.start.select([0]))
        letter = notation.fresh("u", "w", "q")
        told = notation.name(self.block.closure.states[0])
        growth, rate = w.builder.input(letter), w.builder.input(f"{letter}'")
        slope = w.slope(u)
        yield account.step(
            f"The speed fulfils Riccati's equation: write it as a rate of a logarithm, {letter} "
            "being 1 at the start", told, -rate / (p * growth),
            (-slope / (p * u), holds.apply("select", speed, nan)),
        )  # fmt: skip
        second = Shown(f"{letter}''", f"{letter}''")
        yield account.step(
            "This leaves a linear equation", second, -p * r * growth, (w.slope(slope), -p * r * u)
        )
        begun = (w.at_start(u), w.builder.constant(1.0)), (w.at_start(slope), -p * v)
        yield account.step("Its solution grows or turns", notation.in_time(letter), u, *begun)
        valid = holds.apply("select", w.slope(x), nan)
        yield account.step(
            "Integrate the speed from the start",
            notation.in_time(w.state), x, (valid, speed), (w.at_start(x), w.start),
        )  # fmt: skip


def _plus(start: Value, log: Value, opposite: Value, p: Value) -> Value:
    """Return start - log/p, with the minus sign in the sum where p has none."""
    is_negative = opposite.builder.nodes[opposite.number].op == "neg"
    return start - log / p if is_negative else start + log / opposite


def _safe(time: Value, p: Value, r: Value, v: Value) -> tuple[Value, Value]:
    """Return -log(u)/p, safe for p and r of any sign or zero, and where u is positive.

    With S and C of half the angle u is 1 - p*F, F = 2*S*(r*S + v*C); for large angles what grows is
    taken out of the logarithm.
    """
    square = -p * r
    angle = abs(square).apply("sqrt") * time
    far, grows = (square > 0.0) & (abs(angle) > _FAR), square > 0.0
    near_time = far.apply("select", 0.0, time)
    even, odd = basis(p.builder.constant(0.0), square, -square, near_time / 2.0)
    gain = 2.0 * odd * (r * odd + v * even)
    below = 1.0 - p * gain
    near = gain * relative_logarithm(-p * gain, below.apply("max", _LEAST))
    w = far.apply("select", abs(square), 1.0).apply("sqrt")
    size, side = abs(w * time), time.apply("sign")
    share = p * v * side / w
    rest = ((1.0 - share) + (1.0 + share) * (-2.0 * size).apply("exp")) / 2.0
    away = -(size + rest.apply("max", _LEAST).apply("log")) / far.apply("select", p, 1.0)
    first = grows.apply("max", abs(angle) < _HALF_TURN)
    positive = far.apply("select", rest, below) > 0.0
    return far.apply("select", away, near), positive & first
