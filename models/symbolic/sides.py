"""Sympy's differential equations taken apart: plain symbols in place of functions of time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import SpecificationError, listing
from ..lazy import load

Pair = tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of each equation, without functions of time and their derivatives.

    Parameters
    ----------
    time
        Name of the independent variable.
    pairs
        Left and right sides.
    unknowns
        For each function that has derivatives, the names of it and of these, up to the highest:
        x, x', x''.
    """

    time: str
    pairs: tuple[Pair, ...]
    unknowns: tuple[tuple[str, ...], ...]


def is_symbolic(x: object) -> bool:
    """Tell whether something is sympy's, without importing it."""
    return type(x).__module__.partition(".")[0] == "sympy"


def taken_apart(equations: Sequence[Any]) -> Sides:
    """Return the sides of equations.

    Raises
    ------
    SpecificationError
        For what is no ordinary differential equation, by name.
    """
    pairs = [_sides(e) for e in equations]
    functions = {f for pair in pairs for side in pair for f in _functions(side)}
    time = _common_time(functions)
    orders = _orders(pairs)
    unknowns = {f: _names(str(f.func), n) for f, n in orders.items()}
    symbols = {s for pair in pairs for side in pair for s in side.free_symbols}
    _require_one_a_name([*functions, *symbols])
    plain = _plain(functions, unknowns, time)
    sides = tuple((left.xreplace(plain), right.xreplace(plain)) for left, right in pairs)
    return Sides(str(time), sides, tuple(unknowns.values()))


def _sides(equation: Any) -> Pair:
    """Return left and right; an expression alone is zero."""
    sympy = load("sympy")
    if not is_symbolic(equation) or equation in (sympy.true, sympy.false):
        raise SpecificationError(
            f"got {equation!s:.60} among the equations; give Eq(T(t).diff(t), …) for each"
        )
    is_equation = isinstance(equation, sympy.Equality)
    left, right = equation.args if is_equation else (equation, sympy.Integer(0))
    return left.doit(), right.doit()


def _functions(side: Any) -> set[Any]:
    found: set[Any] = side.atoms(load("sympy.core.function").AppliedUndef)
    return found


def _common_time(functions: Iterable[Any]) -> Any:
    times: dict[str, Any] = {}
    for f in sorted(functions, key=str):
        if len(f.args) != 1:
            raise SpecificationError(
                f"{f} depends on {len(f.args)} variables; only ordinary differential equations are "
                "read, of functions of one variable"
            )
        if not f.args[0].is_Symbol:
            raise SpecificationError(
                f"{f} is {f.func} at another time; only {f.func}(t) is read: no delays"
            )
        times[str(f.args[0])] = f.args[0]
    if len(times) != 1:
        got = listing(times) or "no function at all"
        raise SpecificationError(f"the equations are of functions of one variable, got {got}")
    return next(iter(times.values()))


def _orders(pairs: Iterable[Pair]) -> dict[Any, int]:
    """Return the order of each function that has derivatives, as the equations first name them."""
    derivative = load("sympy").Derivative
    orders: dict[Any, int] = {}
    for side in [left for left, _ in pairs] + [right for _, right in pairs]:
        for d in sorted(side.atoms(derivative), key=str):
            if d.expr not in _functions(d):
                raise SpecificationError(f"{d} is no derivative of a function by time")
            orders[d.expr] = max(orders.get(d.expr, 0), int(d.derivative_count))
    if not orders:
        raise SpecificationError(
            "no equation has a derivative; write Eq(T(t).diff(t), …) for each state"
        )
    return orders


def _names(function: str, order: int) -> tuple[str, ...]:
    return tuple(function + "'" * i for i in range(order + 1))


def _plain(
    functions: Iterable[Any], unknowns: Mapping[Any, tuple[str, ...]], time: Any
) -> dict[Any, Any]:
    """Return the plain symbol of each function and derivative."""
    sympy = load("sympy")
    plain = {f: sympy.Symbol(str(f.func), real=True) for f in functions}
    for f, names in unknowns.items():
        for order, name in enumerate(names[1:], 1):
            plain[sympy.Derivative(f, (time, order))] = sympy.Symbol(name, real=True)
    return plain


def _require_one_a_name(things: Iterable[Any]) -> None:
    found: dict[str, Any] = {}
    for thing in things:
        name = str(thing.func) if thing.args else str(thing)
        if found.setdefault(name, thing) != thing:
            raise SpecificationError(
                f"two things are called {name}: a function, and symbols with other assumptions, "
                "need names of their own"
            )
