"""Linear equations y'' = p(t)*y' + q(t)*y whose normal form has solutions with a name.

The substitution y = f(t)*z with f = exp(integral of p/2) leaves z'' = I(t)*z, and I decides: two
equations with the same I are one (DLMF 1.13(iv)). Where I has no name it may have one in another
variable, a power or an exponential of the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..lazy import load
from ..tape import Builder, Tape
from ..tape.differentiate import derivative
from .angle_times import angle_times
from .antiderivative import from_tables
from .bridge import from_sympy, symbols, to_sympy
from .hypergeometric import gauss
from .integral_table import exponential, from_table
from .normal_forms import KINDS, Solution, powers_of, sign
from .other_times import other_times
from .stage import written
from .without_waves import without_waves

_LONGEST = 80  # operations of a coefficient that is looked at


class Named(NamedTuple):
    """Two solutions of an equation with a name.

    Parameters
    ----------
    name
        Whose equation it is, and in which variable, in words.
    pair
        The solutions, from time and parameters.
    factor
        What the solutions of the normal form are multiplied with.
    invariant
        The coefficient I of the normal form.
    wronskian
        Of the pair, first times slope of the second less the reverse.
    scale
        One over it.
    positive
        What has to be positive along a solution; empty for nothing.
    """

    name: str
    pair: Tape
    factor: Tape
    invariant: Tape
    wronskian: Tape
    scale: Tape
    positive: Tape


def named(p: Tape, q: Tape, time: str, begin: float) -> Iterator[Named]:
    """Yield pairs of solutions of y'' = p*y' + q*y.

    Parameters
    ----------
    p, q
        From time and parameters, with the same inputs.
    time, begin
        The variable, and its value at the start.

    Raises
    ------
    SpecificationError
        If something in them has no exact counterpart in algebra.
    """
    known = symbols(p.inputs)
    (slope,), (value,) = to_sympy(p, known), to_sympy(q, known)
    t = known[time]

    def tape(*expressions: Any) -> Tape:
        return from_sympy(expressions, known, (time,))

    for factor, invariant, s in _every(slope, value, t, begin):
        pair = tape(_joined(factor * s.first), _joined(factor * s.second))
        positive = [e for e in (*s.positive, *_bases(factor, t)) if e.free_symbols]
        name = s.name if s.argument is None else f"{s.name} in {written(s.argument)}"
        if s.wronskian is None:
            weight, scale = _of_pair(pair, time)
        else:
            whole = load("sympy").powsimp(factor**2 * s.wronskian)
            weight, scale = tape(whole), tape(1 / whole)
        yield Named(
            name, pair, tape(factor), tape(invariant), weight, scale, tape(*positive),
        )  # fmt: skip


def _of_pair(pair: Tape, time: str) -> tuple[Tape, Tape]:
    """Return the Wronskian of two solutions, and one over it."""
    builder = Builder(pair.inputs)
    one, other = builder.inline(pair, builder.inputs)
    one_slope, other_slope = builder.inline(derivative(pair, time), builder.inputs)
    weight = one * other_slope - one_slope * other
    return builder.finish([weight]), builder.finish([1.0 / weight])


def _every(p: Any, q: Any, t: Any, begin: Any) -> Iterator[tuple[Any, Any, Solution]]:
    """Yield f, I and what solves the normal form, also in an angle or an exponential as time."""
    sympy, normal = load("sympy"), _normal_form(p, q, t, begin)
    plain = [*_solutions(normal[1], t, begin)] if normal else []
    yield from ((*normal, s) for s in plain if normal)
    if plain:
        return
    begun = sympy.nsimplify(begin, rational=True)
    for other in angle_times(p, q, t, begun):
        place = other.of_time.subs(t, begun)
        inner = _normal_form(other.p, other.q, other.symbol, place)
        if inner is None:
            continue
        for s in _solutions(inner[1], other.symbol, place):
            found = s.put({other.symbol: other.of_time}, 1 / sympy.sqrt(other.pace), other.speed)
            factor = inner[0].subs(other.symbol, other.of_time) * sympy.sqrt(other.pace)
            found = found._replace(positive=(*found.positive, *other.positive))
            yield factor, q + p**2 / 4 - sympy.diff(p, t) / 2, found


def pairs(p: Any, q: Any, t: Any, begin: Any) -> Iterator[tuple[Any, Any]]:
    """Yield two solutions of y'' = p*y' + q*y at a time, all in sympy's terms."""
    normal = _normal_form(p, q, t, begin)
    if normal is not None:
        for s in _solutions(normal[1], t, begin):
            yield _joined(normal[0] * s.first), _joined(normal[0] * s.second)


def _normal_form(p: Any, q: Any, t: Any, begin: Any) -> tuple[Any, Any] | None:
    """Return f and I of y'' = p*y' + q*y, None if they are long or not known."""
    sympy = load("sympy")
    if max(p.count_ops(), q.count_ops()) > _LONGEST:
        return None
    invariant = q + p**2 / 4 - sympy.diff(p, t) / 2
    if p.is_rational_function(t):
        whole = from_table(sympy.apart(p, t), t) if p != 0 else p
    elif powers_of(p, t) is not None:
        whole = from_table(sympy.expand(p), t)
    else:
        invariant = without_waves(invariant, t)
        whole = None if invariant is None else from_tables(p, t)
    if whole is None:
        return None
    if not q.has(sympy.exp) and all(e.exp.is_Rational for e in q.atoms(sympy.Pow) if e.base == t):
        invariant = sympy.factor(sympy.cancel(sympy.together(invariant)))
    else:
        invariant = sympy.powsimp(sympy.expand(invariant))
    return _upright(exponential(whole / 2), t, begin), invariant


def _solutions(invariant: Any, t: Any, begin: Any) -> Iterator[Solution]:
    """Yield what solves a normal form, in the time as it is, or in another one if nothing does."""
    found = [s for kind in _KINDS for s in kind(invariant, t) if _begins(s, t, begin)]
    yield from found
    for other in other_times(invariant, t) if not found else ():
        for kind in _KINDS:
            for inner in kind(other.invariant, other.symbol):
                whole = other.back(inner)
                if _begins(whole, t, begin):
                    yield whole


_KINDS = (*KINDS, gauss)


def _begins(found: Solution, t: Any, begin: Any) -> bool:
    """Tell whether what has to be positive may be so at the start."""
    places = [e.subs(t, begin) for e in found.positive]
    return all(sign(e) >= 0 if e.free_symbols else complex(e).real > 0 for e in places)


def _joined(product: Any) -> Any:
    """Return a product with its powers and exponentials put together."""
    return load("sympy").powsimp(product, force=True)


def _upright(factor: Any, t: Any, begin: Any) -> Any:
    """Return a factor with bases of powers that are positive at the start, as 1 - t for t - 1.

    Where that is open, they are positive near zero.
    """
    sympy = load("sympy")

    def turned(base: Any, power: Any) -> Any:
        side = sign(sympy.sympify(base.subs(t, begin))) or sign(base.subs(t, 0))
        return (-base if side < 0 else base) ** power

    def opened(base: Any, power: Any) -> Any:
        return sympy.expand(base) ** power if base.is_Mul else base**power

    if not factor.has(t):
        return factor
    return _joined(factor.replace(sympy.Pow, turned)).replace(sympy.Pow, opened)


def _bases(factor: Any, t: Any) -> tuple[Any, ...]:
    """Return what powers in a factor have for a base."""
    powers = factor.atoms(load("sympy").Pow)
    return tuple(
        e.base for e in powers if e.base.has(t) and not (e.exp.is_Integer and e.exp.is_positive)
    )
