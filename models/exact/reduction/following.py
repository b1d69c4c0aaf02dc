"""A state that is an exponential of another one: dx/dt = k*x*dy/dt, so x = x_0*exp(k*(y - y_0)).

In an epidemic those who are not infected yet are one of those who have recovered (Kermack and
McKendrick 1927, Proceedings of the Royal Society A 115, 700-721, doi:10.1098/rspa.1927.0118).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose
from random import Random

from ...notation import Shown, chain
from ...symbolic.rational import simplified
from ...system import FirstOrderSystem
from ...tape import Builder, Tape, Value
from ..derivation import Claim, Step
from ..solvable import Block

_LOOKS = 3  # at which a quotient of rates has to be the same


@dataclass(frozen=True)
class Following:
    """What a state is an exponential of.

    Parameters
    ----------
    system
        Whose states they are.
    state, other
        Which it is, and of which, by position.
    times
        k, from time, of which it is free, and parameters.
    rates
        dx/dt and k*x*dy/dt, from time, parameters and states.
    """

    system: FirstOrderSystem
    state: int
    other: int
    times: Tape
    rates: tuple[Tape, Tape]

    def put(self, states: Tape, times: Tape) -> Tape:
        """Return states with this one as the exponential, k given from inputs of theirs."""
        builder = Builder(states.inputs)
        values = builder.inline(states, builder.inputs)
        (k,), start = (
            builder.inline(tape, [builder.input(n) for n in tape.inputs])
            for tape in (times, self.system.start)
        )
        gone = values[self.other] - start[self.other]
        values[self.state] = start[self.state] * (k * gone).apply("exp")
        return builder.finish(values, states.inputs)

    def step(self, block: Block) -> Step:
        """Return the step to it."""
        names, notation = self.system.states, block.notation
        builder = Builder((*self.times.inputs, names[self.state]))
        (k,) = builder.inline(self.times, builder.inputs[:-1])
        slope = notation.formula(builder.formula(k * builder.inputs[-1]))
        x, y = (notation.name(names[i]) for i in (self.state, self.other))
        left = Shown(
            f"d{x.text}/d{y.text}",
            rf"\frac{{\mathrm{{d}}{x.latex}}}{{\mathrm{{d}}{y.latex}}}",
        )
        words = f"{x.text} changes with {y.text} in proportion to itself: it is an exponential"
        return Step(words, chain(left, slope), (Claim(*self.rates),))


def following(
    system: FirstOrderSystem, state: int, back: Tape, kept: Sequence[str], names: Sequence[str]
) -> Following | None:
    """Return what a state is an exponential of, None if it is none.

    Parameters
    ----------
    system, state
        The state, by position.
    back
        Every state, from time, what is known and the states that are kept.
    kept, names
        The names of these, and of parameters and what else is known.
    """
    builder = Builder((system.time, *names, *kept))
    states = builder.inline(back, [builder.input(n) for n in back.inputs])
    parameters = [builder.input(n) for n in system.parameters]
    rates = builder.inline(system.vector_field, [builder.inputs[0], *states, *parameters])
    for name in kept:
        other = system.states.index(name)
        ratio = builder.finish([rates[state] / (states[state] * rates[other])])
        if not _rests(ratio, names):
            continue
        times = simplified(ratio)
        if times.used() <= {*names}:
            return _found(builder, times, (state, other), states, rates, system, names)
    return None


def _found(
    builder: Builder, times: Tape, pair: tuple[int, int], states: Sequence[Value],
    rates: Sequence[Value], system: FirstOrderSystem, names: Sequence[str],
) -> Following:  # fmt: skip
    state, other = pair
    short = Builder((system.time, *names))
    known = {n: short.input(n) for n in names}
    (k,) = short.inline(times, [known.get(n, short.constant(1.0)) for n in times.inputs])
    inner = short.finish([k])
    (own,) = builder.inline(inner, [builder.input(n) for n in inner.inputs])
    pairs = builder.formula(rates[state]), builder.formula(own * states[state] * rates[other])
    return Following(system, state, other, inner, pairs)


def _rests(ratio: Tape, names: Sequence[str]) -> bool:
    """Tell whether a function seems not to change with anything but some names."""
    random = Random(0)
    own = {name: random.uniform(1, 2) for name in names}
    found = [
        ratio(*(own.get(n) or random.uniform(1, 2) for n in ratio.inputs))[0] for _ in range(_LOOKS)
    ]
    return all(isclose(v, found[0], rel_tol=1e-9) for v in found)
