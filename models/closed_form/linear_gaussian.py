"""The linear equation dy/dt = (a + c*t)*y + b + d*t, whose integral is that of a Gaussian.

A rate that grows with time leads to Dawson's integral, one that falls to the error function (DLMF
7.2(i), 7.2(ii)); both in forms that neither overflow nor cancel. A drift d is taken up by a shift.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import pi

from ..exact.derivation import Step
from ..exact.linear.affine import affine
from ..exact.solvable import Block, Solved
from ..exact.workings import Account, Workings
from ..tape import Builder, Tape, Value
from ..tape.differentiate import derivative


@dataclass(frozen=True)
class LinearGaussianClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "linear equation dy/dt = (a + c*t)*y + b + d*t, by the integral of a Gaussian"

    @property
    def order(self) -> int:
        """After constant coefficients; it looks at the tape only."""
        return 7

    def recognise(self, block: Block) -> LinearGaussian | None:
        """Return the equation, None if its coefficients are others."""
        system = block.system
        if system.n_states != 1 or affine(system) is None:
            return None
        field, state, time = system.vector_field, system.states[0], system.time
        rate = derivative(field, state)
        growth, drift = derivative(rate, time), derivative(_at(field, {state: 0.0}), time)
        if {state, time} & (growth.used() | drift.used()):
            return None
        if not growth.used() and growth(*[0.0] * len(growth.inputs))[0] == 0:
            return None
        at_zero = _at(rate, {time: 0.0, state: 0.0}), _at(field, {time: 0.0, state: 0.0})
        return LinearGaussian(block, at_zero[0], growth, at_zero[1], drift)


SOLVABLE = LinearGaussianClass()


def _at(tape: Tape, known: dict[str, float]) -> Tape:
    builder = Builder(tape.inputs)
    bindings = [known.get(n, builder.input(n)) for n in tape.inputs]
    return builder.finish(builder.inline(tape, bindings))


def _factor(w: Workings, a: Value, c: Value) -> Value:
    """Return the exponential of the integral of a + c*t from the start."""
    bend = c * w.elapsed**2.0 / 2.0 if c.constant is None else c / 2.0 * w.elapsed**2.0
    return ((a + c * w.block.t0) * w.elapsed + bend).apply("exp")


def _of_dawson(factor: Value, z: Value, z0: Value) -> Value:
    """Return exp(-z^2) * (integral of exp(s^2) from z0 to z), the factor being exp(z0^2 - z^2)."""
    return z.apply("dawson") - factor * z0.apply("dawson")


def _of_errors(factor: Value, z: Value, z0: Value) -> Value:
    """Return exp(z^2) * (integral of exp(-s^2) from z0 to z), the factor being exp(z^2 - z0^2).

    The difference of two error functions, written so that nothing overflows or cancels.
    """
    half_root = z.builder.constant(pi).apply("sqrt") / 2.0
    if z0.constant == 0:
        return half_root * ((z**2.0).apply("exp") * z.apply("erf"))
    side, side0 = ((x < 0.0).apply("select", -1.0, 1.0) for x in (z, z0))
    crosses = (side - side0) * (z**2.0).apply("exp")
    between = (side * side0 < 0.0).apply("select", crosses, 0.0)
    ends = side0 * factor * abs(z0).apply("erfcx") - side * abs(z).apply("erfcx")
    return half_root * (ends + between)


@dataclass(frozen=True)
class LinearGaussian:
    """One such equation.

    Parameters
    ----------
    block
        What is asked for.
    rate, growth, force, drift
        The coefficients a, c, b and d.
    """

    block: Block
    rate: Tape
    growth: Tape
    force: Tape
    drift: Tape

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution for one sign of the growth, the usual one first, then the other.

        Without an input there is no integral, and the sign does not matter.
        """
        w = Workings(self.block.system)
        if w.inline(self.force).constant == 0 and w.inline(self.drift).constant == 0:
            yield self._grown(w)
            return
        usual = self.growth(*[1.0] * len(self.growth.inputs))[0] > 0
        for grows in (usual, not usual):
            yield self._solved(grows)

    def _grown(self, w: Workings) -> Solved:
        account = Account(w, self.block.notation)
        a, c = w.inline(self.rate), w.inline(self.growth)
        y = w.start * _factor(w, a, c)
        time, rate = w.builder.constant(w.block.t0) + w.elapsed, w.rate(w.y)
        steps = (
            account.step(
                "The rate is proportional to the state, by a coefficient linear in time",
                account.notation.rate(w.state), rate, (rate, (a + c * time) * w.y),
            ),
            account.solution("It grows by the exponential of the integral of that", y),
        )  # fmt: skip
        domain = f"valid for all {account.notation.time}"
        return Solved(w.of_time(y), w.of_time(y), (domain,), steps)

    def _solved(self, grows: bool) -> Solved:
        w, notation = Workings(self.block.system), self.block.notation
        account = Account(w, notation)
        a, c, b, d = map(w.inline, (self.rate, self.growth, self.force, self.drift))
        size = c if grows else -c
        offset, force = -d / c, b - a * d / c
        begin = w.builder.constant(w.block.t0)
        z, z0 = ((size / 2.0).apply("sqrt") * (s + a / c) for s in (begin + w.elapsed, begin))
        factor = _factor(w, a, c)
        root = (2.0 / size).apply("sqrt")
        whole = root * (_of_errors if grows else _of_dawson)(factor, z, z0)
        y = offset + (w.start - offset) * factor + force * whole
        steps = tuple(self._steps(account, (a, c, b, d), offset, force, factor, whole, y))
        builder = Builder((w.block.time, *w.block.parameters))
        (value,) = builder.inline(w.of_parameters(size), builder.inputs[1:])
        domain = f"valid where {account.shown(size)} > 0"
        if value.constant is not None:
            domain = f"valid for all {notation.time}"
        holds = builder.finish([value > 0.0])
        return Solved(w.of_time(y), w.of_time(y), (domain,), steps, holds)

    def _steps(
        self,
        account: Account,
        coefficients: tuple[Value, ...],
        offset: Value,
        force: Value,
        factor: Value,
        whole: Value,
        y: Value,
    ) -> Iterator[Step]:
        w, notation = account.workings, account.notation
        a, c, b, d = coefficients
        rate = w.rate(w.y)
        time = w.builder.constant(w.block.t0) + w.elapsed
        yield account.step(
            "The rate is linear in the state, with coefficients linear in time",
            notation.rate(w.state), rate, (rate, (a + c * time) * w.y + b + d * time),
        )  # fmt: skip
        if offset.constant != 0:
            moved = (a + c * time) * (w.y - offset) + force
            yield account.step(
                "Measured from a shifted zero the input is constant",
                notation.rate(w.state), moved, (rate, moved),
            )  # fmt: skip
        yield account.step(
            "Without the input it grows by a factor, the exponential of the integral of the rate",
            notation.in_time(notation.fresh("g", "q", "w")), factor,
            (w.slope(factor), (a + c * time) * factor), (w.at_start(factor), w.builder.value(1.0)),
        )  # fmt: skip
        yield account.step(
            "The answer to a unit input is that factor times the integral of one over it, which is "
            "that of a Gaussian", notation.in_time(notation.fresh("I", "J")), whole,
            (w.slope(whole), (a + c * time) * whole + 1.0),
            (w.at_start(whole), w.builder.value(0.0)),
        )  # fmt: skip
        yield account.solution("Add the start value and the input", y)
