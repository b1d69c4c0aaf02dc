"""Motion with a force of exponentials, x'' = p*exp(c*x) + q*exp(2*c*x), as in Morse's potential.

With u = exp(-c*x) the conserved energy becomes a quadratic form in u and its slope, so that u
fulfils a linear equation: u'' = 2*E*c^2*u + c*p. A bound particle makes u an oscillation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isclose, pi

from ..exact.derivation import Claim, Step
from ..exact.first_order.powers import LEAST
from ..exact.motions.conservative import Motion, Page, energy, motion
from ..exact.proof.examine import OnTape
from ..exact.solvable import Block, Solved
from ..exact.transformed import Transformed
from ..notation import Shown, chain
from ..symbolic.rational import simplified
from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value
from ..tape.differentiate import derivative

_TRIALS = (0.3, -0.7, 1.1)  # of the state, at which a force is compared
_CLOSE = 1e-9
_LARGEST = 1e300  # u, beyond which no double is left
_STEEPEST = 300.0  # exponent at the start: beyond, its square is no double


@dataclass(frozen=True)
class MorseClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "motion with a force of exponentials, x'' = p*exp(c*x) + q*exp(2*c*x)"

    @property
    def order(self) -> int:
        """After linear systems, one of which it leads to."""
        return 9

    def recognise(self, block: Block) -> Morse | None:
        """Return the equation, None if the force is another."""
        found = motion(block)
        if found is None or not any(n.op == "exp" for n in found.force.nodes):
            return None
        for rate in _rates(found):
            for half in (False, True):
                candidate = _morse(found, rate, half=half)
                if candidate is not None:
                    return candidate
        return None


SOLVABLE = MorseClass()


def _rates(found: Motion) -> Iterator[Tape]:
    """Yield the factors of the state in the exponentials of a force."""
    force = found.force
    for node in force.nodes:
        if node.op == "exp":
            inner = derivative(replace(force, outputs=node.args), found.system.states[0])
            if found.is_free(inner):
                yield found.at(inner, 0.0)


def _morse(found: Motion, rate: Tape, *, half: bool) -> Morse | None:
    """Return the force in its two exponentials, None if it is not a sum of them."""
    builder = Builder((found.system.states[0], *found.system.parameters))
    x, *parameters = builder.inputs
    (c,) = builder.inline(rate, parameters)
    c = c / 2.0 if half else c
    (force,) = builder.inline(found.force, builder.inputs)
    (slope,) = builder.inline(found.derivative(found.force), builder.inputs)
    # f = p*e + q*e^2 with e = exp(c*x), so that f' = c*(f + q*e^2)
    q = (slope / c - force) * (-2.0 * c * x).apply("exp")
    p = (2.0 * force - slope / c) * (-c * x).apply("exp")
    both = builder.finish([p, q])
    values = [both(x, *[0.6 + 0.3 * i for i in range(len(parameters))]) for x in _TRIALS]
    same = all(
        isclose(a, b, rel_tol=_CLOSE, abs_tol=_CLOSE)
        for row in values[1:] for a, b in zip(row, values[0], strict=True)
    )  # fmt: skip
    if not same:
        return None
    first, second = (simplified(found.at(both.select([i]), 0.0)) for i in (0, 1))
    return Morse(found, builder.finish([c]), first, second)


@dataclass(frozen=True)
class Morse:
    """One such equation.

    Parameters
    ----------
    found
        The motion.
    rate
        c, from the state, which does not occur, and the parameters.
    single, double
        p and q, from the parameters.
    """

    found: Motion
    rate: Tape
    single: Tape
    double: Tape

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution, if the linear equation has one."""
        page = self.found.page()
        c, p, q = (
            page.put(self.found.at(self.rate, 0.0)),
            page.put(self.single),
            page.put(self.double),
        )
        grown = (c * page.start).apply("exp")
        energy_now = page.speed**2.0 / 2.0 - p / c * grown - q / (2.0 * c) * grown**2.0
        linear = self._linear(page, 2.0 * energy_now * c**2.0, c * p, c)
        solved = self.found.block.again(linear)
        if solved is not None:
            yield self._solved(page, solved, linear.states, energy_now)

    def _solved(
        self, page: Page, solved: Solved, names: tuple[str, ...], energy_now: Value
    ) -> Solved:
        system = self.found.system
        known = (system.time, *system.parameters)
        outer = Builder((*known, *names))
        u, slope = outer.inputs[-2:]
        (c,) = outer.inline(self.found.at(self.rate, 0.0), outer.inputs[1:-2])
        whole = outer.finish([-u.apply("log") / c, -slope / (c * u)])
        safe = page.builder.inline(solved.tape, page.builder.inputs)
        tape = page.builder.finish(page.builder.inline(whole, [*page.builder.inputs, *safe]))
        formula = Transformed(
            OnTape(solved.formula, system.time)
            if isinstance(solved.formula, Tape)
            else solved.formula,
            names, system.time, system.states, whole,
        )  # fmt: skip
        steps = (
            *energy(self.found, self._potential()),
            page.step("The energy is", "E", energy_now, *self._conserved(page, energy_now)),
            self._substituted(names),
            *solved.steps,
        )
        steep = page.put(self.found.at(self.rate, 0.0)) * page.start
        within = (safe[0] > 0.0) & (safe[0] < _LARGEST) & (abs(steep) < _STEEPEST)
        within = within & (1.0 - self._passed(page, safe[1], energy_now))
        holds = page.builder.finish([within])
        return Solved(formula, tape, (f"valid while {names[0]} > 0",), steps, holds)

    def _passed(self, page: Page, slope: Value, energy_now: Value) -> Value:
        """Return whether u has been zero, or less, on the way.

        The energy says u'^2 = k*u^2 + 2*m*u + n. Where none of the three is negative u turns
        nowhere but beyond zero, or in it. Where k is negative u is an oscillation: it is counted
        from its top, and it comes down to zero unless n is negative.
        """
        c, p, q = (page.put(tape) for tape in (self.found.at(self.rate, 0.0), self.single,
                                               self.double))  # fmt: skip
        k, m, n = 2.0 * energy_now * c**2.0, c * p, c * q
        u = (-c * page.start).apply("exp")
        begun = -c * page.speed * u
        turned = (begun * slope < 0.0) & (m >= 0.0)
        swings = k < 0.0
        w = swings.apply("select", -k, 1.0).apply("sqrt")
        height = (m**2.0 - k * n).apply("max", 0.0).apply("sqrt") / w**2.0 + u - m / w**2.0
        phase = -2.0 * (begun / (w * height.apply("max", LEAST))).apply("atan")
        far = abs(w * page.elapsed + phase) >= pi
        return (n >= 0.0) & swings.apply("select", far, turned)

    def _conserved(self, page: Page, energy_now: Value) -> list[tuple[Value, Value]]:
        potential = page.builder.inline(self._potential(), [page.start, *page.parameters])[0]
        return [(energy_now, page.speed**2.0 / 2.0 + potential)]

    def _substituted(self, names: tuple[str, ...]) -> Step:
        """Return that u fulfils its linear equation exactly where x fulfils its own."""
        system, notation = self.found.system, self.found.block.notation
        builder = Builder((*names, *system.parameters))
        u, slope, *parameters = builder.inputs
        (c,) = builder.inline(self.found.at(self.rate, 0.0), parameters)
        p, q = (builder.inline(tape, parameters)[0] for tape in (self.single, self.double))
        x, v = -u.apply("log") / c, -slope / (c * u)
        level = v**2.0 / 2.0 + builder.inline(self._potential(), [x, *parameters])[0]
        second = 2.0 * level * c**2.0 * u + c * p
        (force,) = builder.inline(self.found.force, [x, *parameters])
        change = (slope**2.0 - second * u) / (c * u**2.0)
        claims = (
            Claim(builder.formula(change), builder.formula(force)),
            Claim(builder.formula(force), builder.formula(p / u + q / u**2.0)),
        )
        shown = builder.formula(2.0 * c**2.0 * builder.input("E") * u + c * p)
        equation = chain(Shown(f"{names[0]}''", f"{names[0]}''"), notation.formula(shown))
        text = notation.formula(builder.formula(x)).text
        name = notation.name(system.states[0]).text
        return Step(f"Substitute {name} = {text}: the equation becomes linear", equation, claims)

    def _linear(self, page: Page, square: Value, force: Value, c: Value) -> FirstOrderSystem:
        """Return u'' = square*u + force with the start values of exp(-c*x)."""
        system, notation = self.found.system, self.found.block.notation
        u = notation.fresh("u", "w", "q")
        names = (system.time, u, f"{u}'", *system.parameters)
        constants = page.builder.finish([square, force], (system.time, *system.parameters))
        builder = Builder(names)
        time, value, slope, *parameters = builder.inputs
        a, b = builder.inline(constants, [time, *parameters])
        start = Builder(system.parameters)
        begun = page.builder.finish(
            [(-c * page.start).apply("exp"), -c * page.speed * (-c * page.start).apply("exp")],
            (system.time, *system.parameters),
        )
        values = start.inline(begun, [start.constant(system.t0), *start.inputs])
        return replace(
            system, states=(u, f"{u}'"), vector_field=builder.finish([slope, a * value + b]),
            start=start.finish(values),
        )  # fmt: skip

    def _potential(self) -> Tape:
        system = self.found.system
        builder = Builder((system.states[0], *system.parameters))
        x, *parameters = builder.inputs
        (c,) = builder.inline(self.rate, builder.inputs)
        p, q = (builder.inline(tape, parameters)[0] for tape in (self.single, self.double))
        return builder.finish(
            [-p / c * (c * x).apply("exp") - q / (2.0 * c) * (2.0 * c * x).apply("exp")]
        )
