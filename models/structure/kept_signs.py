"""Which states keep a sign on their way: those that cannot leave zero downwards.

A solution that begins at or above zero stays there if its rate is nowhere negative where it is
zero and the others are what they may be (Nagumo 1942, Proc. Phys.-Math. Soc. Japan 24, 551-559), as
that of whatever is consumed in proportion to what there is of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from ..once import once
from ..system import FirstOrderSystem
from ..tape import Tape
from .ranges import ANY, NOT_NEGATIVE, NOT_POSITIVE, ZERO, Range, ranges


class Signs(NamedTuple):
    """Signs of the numbers of a problem, of all its members.

    Parameters
    ----------
    low, high
        Of states at their start, then of parameters: a byte for each that is not zero where none
        is below zero, and where none is above.
    forward
        Whether time runs forward.
    """

    low: bytes
    high: bytes
    forward: bool = True

    def ranges(self) -> list[Range]:
        """Return the ranges of start values, then of parameters."""
        kinds = {(0, 0): ANY, (1, 0): NOT_NEGATIVE, (0, 1): NOT_POSITIVE, (1, 1): ZERO}
        return [kinds[bool(a), bool(b)] for a, b in zip(self.low, self.high, strict=True)]


def on_the_way(system: FirstOrderSystem, signs: Signs) -> list[Range]:
    """Return the ranges of time, states and parameters on the whole way."""
    n, found = system.n_states, signs.ranges()
    begins, parameters = found[:n], found[n:]
    time = (system.t0, math.inf) if signs.forward else (-math.inf, system.t0)
    states = [NOT_NEGATIVE if begin[0] >= 0.0 else ANY for begin in begins]
    if not any(state is NOT_NEGATIVE for state in states):
        return [time, *states, *parameters]
    cones = _cones(system.vector_field)
    while True:
        given = [time, *states, *parameters]
        lost = [
            i for i in range(n)
            if states[i] is NOT_NEGATIVE and not _stays(system, signs, given, i, cones[i])
        ]  # fmt: skip
        if not lost:
            return given
        for i in lost:
            states[i] = ANY


def _stays(
    system: FirstOrderSystem, signs: Signs, given: Sequence[Range], i: int, cone: Sequence[int]
) -> bool:
    """Tell whether a state stays above zero while the others are where they are told to be."""
    tape, at_zero = system.vector_field, list(given)
    at_zero[1 + i] = ZERO
    low, high = ranges(tape, at_zero, cone)[tape.outputs[i]]
    return (low >= 0.0 if signs.forward else high <= 0.0) and _set_so(system, given, i)


def _set_so(system: FirstOrderSystem, given: Sequence[Range], i: int) -> bool:
    """Tell whether no event sets a state below zero."""
    for event in system.events:
        if event.reset is not None:
            around = [given[0], *given]
            around += [ANY] * (len(event.reset.inputs) - len(around))
            after = event.reset.outputs[i]
            if ranges(event.reset, around)[after][0] < 0.0:
                return False
    return True


@once
def _cones(tape: Tape) -> list[list[int]]:
    """Return for each output the nodes that it needs, arguments first."""
    found: list[list[int]] = []
    for output in tape.outputs:
        seen, waiting = {output}, [output]
        while waiting:
            for a in tape.nodes[waiting.pop()].args:
                if a not in seen:
                    seen.add(a)
                    waiting.append(a)
        found.append(sorted(seen))
    return found
