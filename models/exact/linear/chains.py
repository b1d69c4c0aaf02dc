"""Systems without feedback: what reaches a state is the sum over the paths that lead to it.

Each path is a chain of decays, whatever their rates (Bateman 1910 for different ones); an input
t^k*exp(a*t) is a chain of k + 1 members of rate a before the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import factorial

from ...tape import Value
from .affine import Affine
from .divided import chain_response
from .forcing import Term

_MOST_PATHS, _LONGEST = 64, 16
Path = tuple[Value, tuple[Value, ...]]  # what enters, and the rates it passes


def without_feedback(system: Affine, terms: Sequence[Sequence[Term]], state: int) -> Value | None:
    """Return a state of a system without feedback, in a form safe for all rates.

    Returns
    -------
    value
        None if states depend on one another, if an input oscillates or is switched, or if there
        are too many paths.
    """
    if any(t.frequency is not None or t.begin is not None for row in terms for t in row):
        return None
    if any(i != j and _leads(system, i, j) for i, j in system.matrix):
        return None
    paths: list[Path] = []
    for path in _paths(system, terms, state):
        paths.append(path)
        if len(paths) > _MOST_PATHS or len(path[1]) > _LONGEST:
            return None
    total = system.builder.constant(0.0)
    for rates, entering in _chains(paths).values():
        total = total + chain_response(system, rates, entering)
    return total


def _chains(paths: Sequence[Path]) -> dict[tuple[int, ...], tuple[list[Value], list[Value]]]:
    """Return paths that are ends of one another as one chain each, with what enters where."""
    chains = dict[tuple[int, ...], tuple[list[Value], list[Value]]]()
    for entering, rates in sorted(paths, key=lambda path: -len(path[1])):
        back = rates[::-1]
        key = tuple(rate.number for rate in back)
        longer = next((known for known in chains if known[: len(key)] == key), None)
        if longer is None:
            zero = entering.builder.constant(0.0)
            longer, chains[key] = key, (list(back), [zero] * len(key))
        weights = chains[longer][1]
        weights[len(key) - 1] = weights[len(key) - 1] + entering
    return chains


def _leads(system: Affine, one: int, other: int) -> bool:
    """Tell whether a state acts on another, directly or through others."""
    reached, waiting = {one}, [one]
    while waiting:
        at = waiting.pop()
        new = {i for i, j in system.matrix if j == at} - reached
        reached |= new
        waiting += new
    return other in reached


def _paths(system: Affine, terms: Sequence[Sequence[Term]], state: int) -> Iterator[Path]:
    """Yield all that comes to a state: from its start, its inputs, and through others."""
    zero = system.builder.constant(0.0)
    rate = system.matrix.get((state, state), zero)
    if system.start[state].constant != 0:
        yield system.start[state], (rate,)
    for term in terms[state]:
        before = (zero if term.rate is None else term.rate,) * (term.power + 1)
        yield factorial(term.power) * term.coefficient, (*before, rate)
    for (i, j), coupling in system.matrix.items():
        if i == state and j != state:
            for entering, rates in _paths(system, terms, j):
                yield coupling * entering, (*rates, rate)
