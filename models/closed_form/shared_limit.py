"""Populations with growth rates of their own and one limit in common, x_i' = x_i*(r_i - L(x)).

L is linear, the same for all: what they share drops out of ratios, which grow exponentially, and
one over what is left fulfils a linear equation,

    x_i = x_i0*exp(r_i*t)/(1 + sum of c_j*x_j0*(exp(r_j*t) - 1)/r_j),  L = sum of c_j*x_j.

Rivals for one resource, and strategies with constant pay-offs (Hofbauer and Sigmund 1998,
*Evolutionary Games and Population Dynamics*, section 7.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

from ..errors import listing
from ..exact.derivation import Claim, Step
from ..exact.linear.identity import Identity
from ..exact.solvable import Block, Solved
from ..exact.workings import fulfilment
from ..notation import Shown, chain
from ..symbolic.rational import simplified
from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value
from ..tape.composed.confluent import relative_growth
from ..tape.differentiate import derivative

_LONGEST = 200  # operations of rates that are looked at
_LOOKS = 16  # on the way from the start, for a denominator that vanishes


@dataclass(frozen=True)
class SharedLimitClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "populations of own growth rates with a limit in common, x_i' = x_i*(r_i - L(x))"

    @property
    def order(self) -> int:
        """After states that grow by one factor, whose ratios stay."""
        return 12

    def recognise(self, block: Block) -> SharedLimit | None:
        """Return the populations, None if they are others."""
        system = block.system
        long = len(system.vector_field.nodes) > _LONGEST or system.n_states < 2
        if long or system.time in system.vector_field.used():
            return None
        found = SharedLimit(block, *_coefficients(system))
        return found if found.fits else None


SOLVABLE = SharedLimitClass()


def _coefficients(system: FirstOrderSystem) -> tuple[tuple[Tape, ...], tuple[Tape, ...]]:
    """Return r_i and c_i, from the parameters, if the rates are of this kind."""
    n, states = system.n_states, system.states
    field = [system.vector_field.select([i]) for i in range(n)]
    slopes = [derivative(field[i], states[i]) for i in range(n)]
    rates = tuple(_alone(system, slope) for slope in slopes)
    bends = (derivative(slopes[0], states[0]), *(derivative(slopes[0], s) for s in states[1:]))
    shares = tuple(_alone(system, bend, -0.5 if j == 0 else -1.0) for j, bend in enumerate(bends))
    return rates, shares


def _alone(system: FirstOrderSystem, tape: Tape, times: float = 1.0) -> Tape:
    """Return a multiple of a function where no state is."""
    builder = Builder(system.parameters)
    known = dict(zip(builder.names, builder.inputs, strict=True))
    nothing = builder.constant(0.0)
    (value,) = builder.inline(tape, [known.get(name, nothing) for name in tape.inputs])
    return simplified(builder.finish([times * value]))


@dataclass(frozen=True)
class SharedLimit:
    """Such populations.

    Parameters
    ----------
    block
        What is asked for.
    rates, shares
        r_i and c_i, from the parameters.
    """

    block: Block
    rates: tuple[Tape, ...]
    shares: tuple[Tape, ...]

    @property
    def fits(self) -> bool:
        """Whether the rates are these, whatever the states."""
        system = self.block.system
        builder = Builder((*system.states, *system.parameters))
        y, parameters = builder.inputs[: system.n_states], builder.inputs[system.n_states :]
        known = dict(zip(builder.names, builder.inputs, strict=True))
        nothing = builder.constant(0.0)
        field = system.vector_field
        f = builder.inline(field, [known.get(name, nothing) for name in field.inputs])
        same = Identity(builder).same
        return all(map(same, f, self._rates(builder, y, parameters)))

    def _rates(
        self, builder: Builder, y: tuple[Value, ...], parameters: tuple[Value, ...]
    ) -> list[Value]:
        rates, shares = self.put(builder, parameters)
        limit = reduce(Value.__add__, (c * v for c, v in zip(shares, y, strict=True)))
        return [v * (r - limit) for v, r in zip(y, rates, strict=True)]

    def put(
        self, builder: Builder, parameters: tuple[Value, ...]
    ) -> tuple[list[Value], list[Value]]:
        """Return r_i and c_i as values."""
        rates, shares = (
            [builder.inline(tape, parameters)[0] for tape in tapes]
            for tapes in (self.rates, self.shares)
        )
        return rates, shares

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution."""
        page = _Page(self)
        formula = page.of(page.plain())
        steps = self._ratios(page), self._linear(page), self._back(formula)
        domain = "valid until it becomes infinite, if it does"
        yield Solved(formula, page.of(page.safe()), (domain,), steps, page.of([page.holds()]))

    # ---- the way ---------------------------------------------------------------------------

    def _ratios(self, page: _Page) -> Step:
        """Return that the states are exponentials over one function."""
        system, notation = self.block.system, self.block.notation
        builder = Builder((*system.states, *system.parameters))
        y, parameters = builder.inputs[: system.n_states], builder.inputs[system.n_states :]
        f, (rates, _) = self._rates(builder, y, parameters), self.put(builder, parameters)
        claims = (
            Claim(
                builder.formula(f[i] * y[0] - f[0] * y[i]),
                builder.formula((rates[i] - rates[0]) * y[i] * y[0]),
            )
            for i in range(1, system.n_states)
        )
        over = Shown(f"/{page.letter}", f"/{page.letter}")
        shown = (
            chain(notation.in_time(s), Shown(p.text + over.text, p.latex + over.latex))
            for s, p in zip(system.states, map(page.shown, page.grown), strict=True)
        )
        words = f"Relative rates of {listing(system.states)} differ by constants, so that ratios "
        words += f"grow exponentially; {page.letter} is the same for all and begins with 1"
        return Step(words, chain(*shown, sign=", "), tuple(claims))

    def _linear(self, page: _Page) -> Step:
        """Return what they are over."""
        slope = derivative(page.of([page.below]), self.block.system.time)
        input_ = page.of([reduce(Value.__add__, page.eaten)])
        words = f"The rates say that {page.letter} changes by the exponentials alone: integrate"
        shown = chain(Shown(page.letter, page.letter), page.shown(page.below))
        return Step(words, shown, (Claim(slope, input_),))

    def _back(self, formula: Tape) -> Step:
        system, notation = self.block.system, self.block.notation
        shown = (
            chain(notation.in_time(s), notation.answer(formula.select([i])))
            for i, s in enumerate(system.states)
        )
        return Step("Put it in", chain(*shown, sign=", "), fulfilment(system, formula))


class _Page:
    """Where the solution is written, from time and parameters.

    Parameters
    ----------
    found
        The populations.

    Attributes
    ----------
    letter
        The name of what all are over.
    grown, eaten
        Each population if there were no limit, and its part in that.
    below
        What all are over.
    """

    def __init__(self, found: SharedLimit) -> None:
        self.system = system = found.block.system
        self.notation = found.block.notation
        self.letter = self.notation.fresh("G", "H", "Q")
        self.builder = Builder((system.time, *system.parameters))
        time, *parameters = self.builder.inputs
        self.elapsed = time - system.t0
        self.start = self.builder.inline(system.start, parameters)
        self.rates, self.shares = found.put(self.builder, tuple(parameters))
        self.grown = [
            y * (r * self.elapsed).apply("exp") if r.constant != 0 else y
            for y, r in zip(self.start, self.rates, strict=True)
        ]
        self.eaten = [c * v for c, v in zip(self.shares, self.grown, strict=True)]
        parts = map(self._plain_part, range(len(self.rates)))
        self.below = reduce(Value.__add__, parts, self.builder.constant(1.0))

    def of(self, values: list[Value]) -> Tape:
        """Return values as a tape over time and parameters."""
        return self.builder.finish(values, (self.system.time, *self.system.parameters))

    def shown(self, value: Value) -> Shown:
        """Return a value in writing."""
        return self.notation.formula(self.builder.formula(value))

    def plain(self) -> list[Value]:
        """Return the populations as a textbook writes them."""
        return [v / self.below for v in self.grown]

    def _plain_part(self, i: int) -> Value:
        rate, weight = self.rates[i], self.shares[i] * self.start[i]
        if rate.constant == 0:
            return weight * self.elapsed
        short = simplified(self.builder.finish([weight / rate], self.system.parameters))
        (factor,) = self.builder.inline(short, self.builder.inputs[1:])
        return factor * ((rate * self.elapsed).apply("exp") - 1.0)

    def safe(self) -> list[Value]:
        """Return the populations with the largest exponential taken out of all."""
        largest, below = self._below(self.elapsed)
        return [
            y * (r * self.elapsed - largest).apply("exp") / below
            for y, r in zip(self.start, self.rates, strict=True)
        ]

    def _below(self, elapsed: Value) -> tuple[Value, Value]:
        """Return the logarithm of the largest exponential after some time, and G over it."""
        powers = [r * elapsed for r in self.rates]
        largest = reduce(lambda a, b: a.apply("max", b), powers).apply("max", 0.0)
        total = (-largest).apply("exp")
        for z, c, y in zip(powers, self.shares, self.start, strict=True):
            size = (z.apply("max", 0.0) - largest).apply("exp")
            total = total + c * y * elapsed * size * relative_growth(-abs(z))
        return largest, total

    def holds(self) -> Value:
        """Return that what all are over has not vanished on the way."""
        looks = (self._below(self.elapsed * (k / _LOOKS))[1] for k in range(1, _LOOKS + 1))
        return reduce(Value.__and__, (value > 0.0 for value in looks))
