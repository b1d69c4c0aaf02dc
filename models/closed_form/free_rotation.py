"""Three states that each drive the other two, x' = a*y*z, y' = b*z*x, z' = c*x*y.

Euler's rigid body without torque, three waves in resonance, and all three axes alike in form: by
Jacobi's elliptic functions (Landau and Lifshitz 1976, *Mechanics*, section 37). The start is put in
by the addition theorem (DLMF 22.8(i)), so that neither amplitude nor phase is needed: with

    A = b*c*x_0^2,  B = c*a*y_0^2,  C = a*b*z_0^2,  lambda^2 = A - C,  m = (A - B)/(A - C)

and sn, cn, dn of lambda*t and m, of S = sn/lambda,

    x = (x_0*cn*dn + a*y_0*z_0*S)/N,  y = (y_0*cn + b*z_0*x_0*S*dn)/N,
    z = (z_0*dn + c*x_0*y_0*S*cn)/N,  N = cn^2 - C*S^2.

Where A < C the first and the last change their places.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial, reduce
from itertools import combinations

from ..errors import listing
from ..exact.derivation import Claim, Step
from ..exact.linear.identity import Identity
from ..exact.solvable import Block, Solved
from ..exact.workings import fulfilment
from ..notation import Shown, chain
from ..symbolic.rational import simplified
from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value
from ..tape.composed.elliptic import jacobi_inside

_LONGEST = 60  # operations of rates that are looked at
_OTHERS = {0: (1, 2), 1: (2, 0), 2: (0, 1)}


@dataclass(frozen=True)
class FreeRotationClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "Euler's rigid body and its like, x' = a*y*z, y' = b*z*x, z' = c*x*y"

    @property
    def order(self) -> int:
        """It is told from the tape; coefficients are simplified."""
        return 12

    def recognise(self, block: Block) -> FreeRotation | None:
        """Return the system, None if a rate is no product of the other two states."""
        system = block.system
        if system.n_states != 3 or len(system.vector_field.nodes) > _LONGEST:
            return None
        found = [_coefficient(system, i) for i in range(3)]
        coefficients = tuple(c for c in found if c is not None)
        return FreeRotation(block, coefficients) if len(coefficients) == 3 else None


SOLVABLE = FreeRotationClass()


def _coefficient(system: FirstOrderSystem, i: int) -> Tape | None:
    """Return what the other two states are multiplied with in a rate, None if it is another."""
    builder = Builder((system.time, *system.states, *system.parameters))
    rate = builder.inline(system.vector_field, builder.inputs)[i]
    at = {n: builder.input(n) for n in builder.names}
    one, other = (system.states[j] for j in _OTHERS[i])
    ones = [1.0 if n in {one, other} else 0.0 if n in system.states else v for n, v in at.items()]
    factor = builder.inline(system.vector_field, ones)[i]
    if not Identity(builder).same(rate, factor * at[one] * at[other]):
        return None
    short = simplified(builder.finish([factor]))
    free = {system.time, *system.states}.isdisjoint(short.used())
    return _of_parameters(short, system) if free else None


def _of_parameters(tape: Tape, system: FirstOrderSystem) -> Tape:
    builder = Builder(system.parameters)
    known = dict(zip(builder.names, builder.inputs, strict=True))
    nothing = builder.constant(0.0)
    return builder.finish(builder.inline(tape, [known.get(n, nothing) for n in tape.inputs]))


@dataclass(frozen=True)
class _Page:
    """Where the solution is written: from time and parameters."""

    builder: Builder
    elapsed: Value
    coefficients: tuple[Value, ...]
    start: tuple[Value, ...]

    @cached_property
    def levels(self) -> tuple[Value, ...]:
        """A, B and C: the square of each start value times the coefficients of the others."""
        return tuple(self._product(i) * self.start[i] ** 2.0 for i in range(3))

    def _product(self, i: int) -> Value:
        one, other = (self.coefficients[j] for j in _OTHERS[i])
        return one * other

    def push(self, i: int) -> Value:
        """Return the rate of a state at the start."""
        one, other = (self.start[j] for j in _OTHERS[i])
        return self.coefficients[i] * one * other


@dataclass(frozen=True)
class FreeRotation:
    """One such system.

    Parameters
    ----------
    block
        What is asked for.
    coefficients
        a, b and c, from the parameters.
    """

    block: Block
    coefficients: tuple[Tape, ...]

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution."""
        page, safe = self._page(), self._page()
        (first, last), side = self._ends(page)
        square, m = self._square(page, first, last)
        formula = self._tape(page, _in_words(page, side, first, last))
        tape, holds = self._tape(safe, _in_doubles(safe)), self._tape(safe, [_until_pole(safe)])
        steps = *self._conserved(), *self._elliptic(page, first, last, square, m)
        domain = "valid until it becomes infinite, if it does"
        yield Solved(formula, tape, (domain,), (*steps, self._last(formula)), holds, True)

    def _page(self) -> _Page:
        system = self.block.system
        builder = Builder((system.time, *system.parameters))
        time, *parameters = builder.inputs
        coefficients = [builder.inline(c, parameters)[0] for c in self.coefficients]
        start = builder.inline(system.start, parameters)
        return _Page(builder, time - system.t0, tuple(coefficients), tuple(start))

    def _tape(self, page: _Page, values: Sequence[Value]) -> Tape:
        system = self.block.system
        return page.builder.finish(values, (system.time, *system.parameters))

    def _ends(self, page: _Page) -> tuple[tuple[int, int], Value | None]:
        """Return which state goes with sn and which with dn, and when that is the other way round.

        The state whose coefficient has a sign of its own comes first, whatever the start.
        """
        signs = [0 if c.constant is None else math.copysign(1, c.constant)
                 for c in page.coefficients]  # fmt: skip
        alone = [i for i in range(3) if 0 not in signs and signs.count(signs[i]) == 1]
        first = alone[0] if alone else 0
        last = (first + 2) % 3
        if alone:
            return (first, last), None
        return (first, last), page.levels[first] < page.levels[last]

    def _square(self, page: _Page, first: int, last: int) -> tuple[Value, Value]:
        """Return the square of lambda, and m."""
        middle = 3 - first - last
        top, between, low = (page.levels[i] for i in (first, middle, last))
        return top - low, (top - between) / (top - low)

    # ---- the way ---------------------------------------------------------------------------

    def _conserved(self) -> Iterator[Step]:
        """Yield that two sums of squares stay what they are."""
        system, notation = self.block.system, self.block.notation
        builder = Builder((*system.states, *system.parameters))
        states, parameters = builder.inputs[:3], builder.inputs[3:]
        c = [builder.inline(tape, parameters)[0] for tape in self.coefficients]
        rates = [c[i] * states[_OTHERS[i][0]] * states[_OTHERS[i][1]] for i in range(3)]
        claims: list[Claim] = []
        shown: list[Shown] = []
        for i, j in list(combinations(range(3), 2))[:2]:
            change = c[j] * states[i] * rates[i] - c[i] * states[j] * rates[j]
            claims.append(Claim(builder.formula(change), builder.formula(0.0)))
            level = c[j] * states[i] ** 2.0 - c[i] * states[j] ** 2.0
            shown.append(notation.formula(builder.formula(level)))
        words = f"Each of {listing(system.states)} changes with the product of the others: "
        yield Step(words + "these stay what they are", chain(*shown, sign=",  "), tuple(claims))

    def _elliptic(
        self, page: _Page, first: int, last: int, square: Value, m: Value
    ) -> Iterator[Step]:
        """Yield which elliptic functions these are."""
        notation, state = self.block.notation, self.block.system.states
        words = "So the slope of each is the root of a polynomial of degree four in it, and they "
        words += f"are Jacobi's functions of lambda*{notation.time}: {state[first]} goes with sn, "
        words += f"{state[last]} with dn"
        for what, name, value in ((words, "lambda^2", square), ("Their parameter", "m", m)):
            latex = name.replace("lambda", r"\lambda")
            shown = notation.formula(page.builder.formula(value))
            claim = Claim(page.builder.formula(square * m), page.builder.formula(m * square))
            yield Step(what, chain(Shown(name, latex), shown), (claim,))

    def _last(self, formula: Tape) -> Step:
        system, notation = self.block.system, self.block.notation
        shown = (
            chain(notation.in_time(s), notation.answer(formula.select([i])))
            for i, s in enumerate(system.states)
        )
        words = "The addition theorem puts the start values in"
        return Step(words, chain(*shown, sign=", "), fulfilment(system, formula))


def _in_words(page: _Page, turned: Value | None, first: int, last: int) -> list[Value]:
    """Return the states as they are printed."""
    plain = _states(page, first, last)
    if turned is None:
        return plain
    other = _states(page, last, first)
    return [turned.apply("select", b, a) for a, b in zip(plain, other, strict=True)]


def _states(page: _Page, first: int, last: int) -> list[Value]:
    middle = 3 - first - last
    top, between, low = (page.levels[i] for i in (first, middle, last))
    frequency = (top - low).apply("sqrt")
    u, m = frequency * page.elapsed, (top - between) / (top - low)
    sn, cn, dn = (u.apply(f"jacobi_{name}", m) for name in ("sn", "cn", "dn"))
    below = cn**2.0 - low / (top - low) * sn**2.0
    shapes = {first: (cn * dn, sn), middle: (cn, sn * dn), last: (dn, sn * cn)}
    return [
        (page.start[i] * shapes[i][0] + page.push(i) / frequency * shapes[i][1]) / below
        for i in range(3)
    ]


class _Sorted:
    """A, B and C by size, and Jacobi's functions of a parameter between 0 and 1."""

    def __init__(self, page: _Page) -> None:
        a, b, c = page.levels
        self.top, self.low = (reduce(partial(_of_two, op), page.levels) for op in ("max", "min"))
        middle = a.apply("min", b).apply("max", a.apply("max", b).apply("min", c))
        square = self.top - self.low
        self.moves = square > 0.0  # otherwise all three are alike: no frequency
        square = self.moves.apply("select", square, 1.0)
        self.frequency = square.apply("sqrt")
        self.m = (self.top - middle) / square
        self.lack = self.moves.apply("select", (middle - self.low) / square, 1.0)


def _of_two(op: str, one: Value, other: Value) -> Value:
    return one.apply(op, other)


def _in_doubles(page: _Page) -> list[Value]:
    """Return the states, A, B and C being sorted, so that the parameter is between 0 and 1."""
    order = _Sorted(page)
    u = order.moves.apply("select", order.frequency * page.elapsed, 0.0)
    sn, cn, dn = jacobi_inside(u, order.m, order.lack)
    wave = order.moves.apply("select", sn / order.frequency, page.elapsed)
    below = cn**2.0 - order.low * wave**2.0

    def state(i: int) -> Value:
        level = page.levels[i]
        is_first, is_last = level.apply("eq", order.top), level.apply("eq", order.low)
        still = is_first.apply("select", cn * dn, is_last.apply("select", dn, cn))
        pushed = is_first.apply("select", 1.0, is_last.apply("select", cn, dn))
        return (page.start[i] * still + page.push(i) * wave * pushed) / below

    return [state(i) for i in range(3)]


def _until_pole(page: _Page) -> Value:
    """Return that no state has become infinite yet; all of A, B and C are positive where one does.

    There N vanishes where sn^2 is 1 - C/A, the first time in the first quarter of a period.
    """
    order = _Sorted(page)
    grows = order.low > 0.0
    top = grows.apply("select", order.top, 1.0)
    share = grows.apply("select", (order.top - order.low) / top, 0.0)
    turning = share.apply("sqrt").apply("asin").apply("elliptic_f", order.m) / order.frequency
    quarter = order.moves.apply("select", turning, 1.0 / top.apply("sqrt"))
    return (order.low <= 0.0) | (abs(page.elapsed) < quarter)
