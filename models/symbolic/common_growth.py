"""Matrices of the form alpha(t)*I + h(t)*B, B constant: what they have in common taken out."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..lazy import load
from ..system import FirstOrderSystem
from ..tape import Tape
from .antiderivative import antiderivative
from .bridge import from_sympy, symbols, to_sympy
from .oracle import Patience

_LONGEST = 60  # operations of an entry


class Common(NamedTuple):
    """What is in common.

    Parameters
    ----------
    growth, own
        The integrals of alpha and of h from the start, from time and the parameters.
    matrix
        B, row after row, from the parameters.
    pace, rate
        The functions h and alpha themselves.
    inputs
        The input of each state without the growth and the pace, from time and the parameters.
    """

    growth: Tape
    own: Tape
    matrix: Tape
    pace: Tape
    rate: Tape
    inputs: Tape


def common(
    system: FirstOrderSystem,
    entries: dict[tuple[int, int], Tape],
    source: Tape,
    clock: Patience,
) -> Common | None:
    """Return what the entries of a matrix have in common, None if they are of another form.

    Parameters
    ----------
    system
        Of two states or more.
    entries
        Those that are not zero, from time and the parameters.
    source
        The input of each state, from the same.
    clock
        The time left.
    """
    sympy = load("sympy")
    known = symbols((system.time, *system.parameters))
    t, begin = known[system.time], sympy.nsimplify(system.t0, rational=True)
    matrix = {p: to_sympy(tape, known)[0] for p, tape in entries.items()}
    if any(e.count_ops() > _LONGEST for e in matrix.values()):
        return None
    parts = _apart(matrix, system.n_states, t)
    if parts is None:
        return None
    rate, pace, constant = parts
    integrals = [antiderivative(e, t, clock) for e in (rate, pace)]
    if None in integrals:
        return None
    growth, own = (sympy.sympify(e) - sympy.sympify(e).subs(t, begin) for e in integrals)
    places = [(i, j) for i in range(system.n_states) for j in range(system.n_states)]
    whole = [constant.get(p, sympy.S.Zero) for p in places]
    own_names = {n: known[n] for n in system.parameters}
    of_time = (from_sympy([e], known, (system.time,)) for e in (growth, own, pace, rate))
    g, s, h, a = of_time
    given = [sympy.powsimp(sympy.expand(e * sympy.exp(-growth) / pace))
             for e in to_sympy(source, known)]  # fmt: skip
    inputs = from_sympy(given, known, (system.time,))
    return Common(g, s, from_sympy(whole, own_names), h, a, inputs)


def _apart(
    matrix: dict[tuple[int, int], Any], size: int, t: Any
) -> tuple[Any, Any, dict[tuple[int, int], Any]] | None:
    """Return alpha, h and B."""
    sympy = load("sympy")
    zero = sympy.S.Zero
    outside = [(p, e) for p, e in matrix.items() if p[0] != p[1]]
    if not outside:
        return None
    number, pace = sympy.factor(outside[0][1]).as_independent(t, as_Add=False)
    pace = number * pace if number.is_number and pace != 1 else pace
    constant = {p: sympy.cancel(e / pace) for p, e in outside}
    first = sympy.expand(matrix.get((0, 0), zero))
    shared = [c for c in sympy.Add.make_args(first) if not sympy.cancel(c / pace).has(t)]
    rate = first - sympy.Add(*shared)
    for i in range(size):
        constant[i, i] = sympy.cancel((matrix.get((i, i), zero) - rate) / pace)
    return None if any(e.has(t) for e in constant.values()) else (rate, pace, constant)
