"""Equilibria as formulas of the parameters, where elimination by hand would find them.

An equation is factored; a factor linear in some state, or quadratic in the only one left, is solved
and put into the others. Every branch is followed to its end. If one is too hard, there is no
answer: what is returned is complete for generic values of the parameters. Roots may be complex.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..errors import RefusalError, SpecificationError
from ..symbolic.bridge import from_sympy, symbols, to_sympy
from ..system import FirstOrderSystem
from ..tape import Builder, Tape
from .expansion import expand

_MOST_STATES, _LONGEST = 4, 12  # terms of a rate

Place = Mapping[Any, Any]  # formula of each state that is settled; states without one are free


def symbolic_equilibria(system: FirstOrderSystem) -> tuple[dict[str, Tape], ...]:
    """Return the places where all rates are zero: by state, formulas of parameters.

    A state without a formula is free; formulas of others may then contain it.

    Raises
    ------
    RefusalError
        If the rates are not polynomials of a few terms, or no step by hand is left.
    """
    bits = (1 << system.n_states + 1) - 2
    terms = expand(system.vector_field)
    if system.time in system.vector_field.used():
        raise RefusalError(f"rates depend on {system.time}: there is no state at which all rest")
    long = any(len(s) > _LONGEST for s in terms.sums) or system.n_states > _MOST_STATES
    if long or None in terms.degrees(bits) or terms.parts:
        raise RefusalError("equilibria are written as formulas only for short polynomial rates")
    named = symbols(system.vector_field.inputs)
    rates = to_sympy(system.vector_field, named)
    half = to_sympy(Builder().finish([0.5]))[0]
    try:
        found = list(_branches(rates, [named[s] for s in system.states], {}, half))
        places = [{s: p[named[s]] for s in system.states if named[s] in p} for p in found]
        distinct = [p for i, p in enumerate(places) if p not in places[:i]]
        return tuple({s: from_sympy([f]) for s, f in p.items()} for p in distinct)
    except SpecificationError as error:
        raise RefusalError(str(error)) from None


def _branches(
    rates: Sequence[Any], states: Sequence[Any], known: Place, half: Any
) -> Iterator[Place]:
    """Yield the ends of all branches."""
    left = [e for rate in rates if (e := rate.cancel().as_numer_denom()[0].factor()) != 0]
    if not left:
        yield known
        return
    if any(not e.has(*states) for e in left):
        return  # a contradiction
    for equation in sorted(left, key=lambda e: e.count_ops()):
        steps = [_step(f, states, half) for f in _factors(equation) if f.has(*states)]
        if all(steps):
            for state, value in (s for step in steps for s in step):
                put = {k: v.subs(state, value).cancel() for k, v in known.items()}
                others = [r.subs(state, value) for r in rates]
                yield from _branches(others, states, {**put, state: value}, half)
            return
    raise RefusalError("no equation can be solved for a state by hand")


def _factors(equation: Any) -> list[Any]:
    factors = equation.args if equation.is_Mul else (equation,)
    return [f.as_base_exp()[0] for f in factors]


def _step(factor: Any, states: Sequence[Any], half: Any) -> list[tuple[Any, Any]]:
    """Return a state of a factor with its values there; none if that is not easy."""
    inside = [s for s in states if factor.has(s)]
    for state in inside:
        poly = factor.as_poly(state)
        if poly is None:
            continue
        top = poly.LC()
        if poly.degree() == 1 and not top.has(*states):
            return [(state, (-poly.TC() / top).cancel().factor())]
        if poly.degree() == 2 and len(inside) == 1:
            b, c = poly.nth(1), poly.nth(0)
            shift, under = -b / (2 * top), ((b * b - 4 * top * c) / (4 * top**2)).factor()
            return [(state, shift + sign * under**half) for sign in (1, -1)]
    return []
