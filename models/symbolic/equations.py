"""Models from sympy's equations: solved for the highest derivatives and recorded."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

from ..columns import as_number
from ..errors import SpecificationError, UnknownNameError, did_you_mean, listing
from ..lazy import load
from ..model import Model
from ..names import normal_name
from ..symbols import Definition, Parameter, State
from ..tape import Builder, Tape
from .explicit import definitions, solved
from .record import record
from .sides import taken_apart

_AT = re.compile(r"(?P<name>[^()]+)\((?P<time>[-+.\de]+)\)")


def from_equations(
    equations: Sequence[Any],
    start: Mapping[Any, Any],
    values: Mapping[Any, Any],
    units: Mapping[str, str],
) -> Model:
    """Return the model that sympy's equations specify.

    The derivative of x is a state called ``x'`` where x has a second one.

    Parameters
    ----------
    equations
        Of functions of one variable, ``Eq(T(t).diff(t), -k*(T(t) - T_s))``, of any order and linear
        in the highest derivatives; an expression without ``Eq`` is zero. Definitions are
        ``Eq(F, k*T(t))`` or ``Eq(F(t), k*T(t))``.
    start
        For a state, as ``"T"``, ``"T(0)"``, ``T(0)`` or ``T(t)``, a number or a formula of
        parameters.
    values
        For a parameter, its name or symbol, a number.
    units
        Of states, parameters and definitions, by name.

    Raises
    ------
    SpecificationError
        Naming what has no exact counterpart: a partial derivative, a delay, a derivative that
        cannot be solved for, a function that tapes do not have.
    UnknownNameError
        For a start value, value or unit of something that is not there.
    """
    sides = taken_apart(equations)
    symbol = {n: load("sympy").Symbol(n, real=True) for u in sides.unknowns for n in u}
    highest = [symbol[u[-1]] for u in sides.unknowns]
    states = [n for u in sides.unknowns for n in u[:-1]]
    defined = definitions(sides.pairs, set(symbol.values()), highest)
    derivatives = solved([p for p in sides.pairs if p[0] not in defined], highest)
    rates = {
        name: derivatives.get(rate, symbol[rate])
        for u in sides.unknowns
        for name, rate in pairwise(u)
    }
    starts, t0 = _starts(start, states)
    formulas = {str(s): e for s, e in defined.items() if not e.is_number}
    given = {normal_name(str(n)): as_number(str(n), v) for n, v in values.items()}
    given |= {str(s): float(e) for s, e in defined.items() if e.is_number}
    used = _names_in([*rates.values(), *formulas.values(), *starts.values()])
    parameters = _parameters(given, used - {*states, *formulas, sides.time})
    _require_known("values", given, parameters)
    _require_known("units", units, [*states, *parameters, *formulas])
    inputs = [*parameters, *states, *formulas, sides.time]

    def unit(name: str) -> str:
        return units.get(name, "")

    def state(name: str, rate: Any) -> State:
        first = _tape(starts[name], parameters) if name in starts else None
        return State(name, _tape(rate, inputs), first, unit(name))

    return Model(
        tuple(state(n, rate) for n, rate in rates.items()),
        tuple(Parameter(n, v := given.get(n), unit(n), declared=v) for n in parameters),
        tuple(Definition(n, _tape(formulas[n], inputs), unit(n)) for n in _ordered(formulas)),
        time=sides.time,
        t0=t0,
    )


def _starts(start: Mapping[Any, Any], states: Sequence[str]) -> tuple[dict[str, Any], float]:
    """Return the start values by state, and the time they hold at."""
    starts: dict[str, Any] = {}
    times: set[float] = set()
    for written, value in start.items():
        name, time = _start_name(written)
        _require_known("start", [name], states)
        is_formula = isinstance(value, load("sympy").Basic)
        starts[name] = value if is_formula else as_number(f"start value of {name}", value)
        times |= set() if time is None else {time}
    if len(times) > 1:
        got = listing(map(str, sorted(times)))
        raise SpecificationError(f"start: got values at the times {got}; give one time")
    return starts, next(iter(times), 0.0)


def _start_name(written: Any) -> tuple[str, float | None]:
    """Return the state a start value is of, and its time if that was written."""
    sympy = load("sympy")
    if isinstance(written, sympy.Subs):  # x(t).diff(t).subs(t, 0)
        return _start_name(written.expr)[0], float(written.point[0])
    if isinstance(written, sympy.Derivative):
        return str(written.expr.func) + "'" * int(written.derivative_count), None
    if isinstance(written, load("sympy.core.function").AppliedUndef):
        time = written.args[0]
        return str(written.func), float(time) if time.is_number else None
    found = _AT.fullmatch(normal_name(str(written)).replace(" ", ""))
    return (found["name"], float(found["time"])) if found else (normal_name(str(written)), None)


def _names_in(expressions: Iterable[Any]) -> set[str]:
    return {str(s) for e in expressions for s in getattr(e, "free_symbols", ())}


def _parameters(given: Mapping[str, float], used: Collection[str]) -> list[str]:
    """Return those with a value as these were given, then the others by the alphabet."""
    names = [*(n for n in given if n in used), *sorted(n for n in used if n not in given)]
    wrong = next((n for n in names if not n.isidentifier()), None)
    if wrong is not None:
        raise SpecificationError(f"{wrong} is no name of a parameter; use letters and digits")
    return names


def _require_known(what: str, given: Iterable[str], known: Sequence[str]) -> None:
    for name in given:
        if name not in known:
            has = listing(known) or "none"
            raise UnknownNameError(
                f"{what}: no {name} in the equations; they have {has}.{did_you_mean(name, known)}"
            )


def _tape(expression: Any, inputs: Sequence[str]) -> Tape:
    """Return an expression as a tape over the names it uses, in the order of `inputs`."""
    symbols = {str(s): s for s in getattr(expression, "free_symbols", ())}
    unknown = sorted(symbols.keys() - set(inputs))
    if unknown:
        raise SpecificationError(
            f"a start value uses {listing(unknown)}; only parameters may occur"
        )
    builder = Builder()
    values = {symbols[n]: builder.input(n) for n in inputs if n in symbols}
    return builder.formula(record(builder, expression, values))


def _ordered(formulas: Mapping[str, Any]) -> list[str]:
    """Return the names of definitions, each after those it uses."""
    uses = {n: [m for m in formulas if m in _names_in([e])] for n, e in formulas.items()}
    try:
        return list(TopologicalSorter(uses).static_order())
    except CycleError as error:
        raise SpecificationError(f"{error.args[1][0]} is defined by way of itself") from None
