"""Tapes to sympy and back, exactly: what cannot be carried over without loss is refused.

A double crosses as what it means: 0.07 as seven hundredths, the double nearest to pi as pi. Symbols
are real and carry no other assumption; names that mean something to sympy, such as lambda, S, I and
E, are symbols like all others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from ..errors import SpecificationError
from ..lazy import load
from ..names import symbol_names
from ..special_functions import SHELF
from ..tape import Builder, Tape
from ..tape.meaning import meaning
from .record import record

Symbols = Mapping[str, Any]

_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "pow": lambda x, y: x**y,
    "sum_error": lambda x, y: 0 * x,
    "product_error": lambda x, y: 0 * x,
    "refined": lambda x, y: x,
}
_SAME = "abs min max sign floor sqrt exp log sin cos tan asin acos atan sinh cosh tanh".split()
_NAMES: Mapping[str, str] = {"abs": "Abs", "min": "Min", "max": "Max"}
_RELATIONS: Mapping[str, str] = {"lt": "Lt", "le": "Le", "eq": "Eq"}


def symbols(names: Iterable[str]) -> dict[str, Any]:
    """Return a real sympy symbol for each name; the start value ``T(0)`` is called T_0."""
    sympy = load("sympy")
    return {name: sympy.Symbol(s, real=True) for name, s in symbol_names(names).items()}


def to_sympy(tape: Tape, known: Symbols | None = None) -> tuple[Any, ...]:
    """Return the outputs of a tape as sympy expressions.

    Parameters
    ----------
    tape
        The program.
    known
        The symbol of each input; made by `symbols` when not given.

    Raises
    ------
    SpecificationError
        If a constant or a result is no number, such as 1/0.
    """
    named = symbols(tape.inputs) if known is None else known
    operations = _operations()
    results: list[Any] = []
    for position, node in enumerate(tape.nodes):
        if node.op == "input":
            results.append(named[tape.inputs[position]])
        elif node.op == "const":
            results.append(_exact(node.value))
        else:
            operation = operations.get(node.op) or partial(_special, node.op)
            results.append(operation(*(results[a] for a in node.args)))
    return tuple(_finite(results[o]) for o in tape.outputs)


def from_sympy(
    expressions: Sequence[Any], known: Symbols | None = None, last: Sequence[str] = ()
) -> Tape:
    """Return sympy expressions as a tape.

    Parameters
    ----------
    expressions
        One per output.
    known
        The inputs of the tape in their order, and the symbol of each; when not given, the symbols
        that occur, in the order of the alphabet. Products are written in that order too.
    last
        Inputs that stand last in products all the same: time and state, as in k*t.

    Raises
    ------
    SpecificationError
        If something has no exact counterpart: a function tapes do not have, a number that is no
        double, a complex number, an infinity.
    """
    exact = [load("sympy").sympify(e) for e in expressions]
    if known is None:
        free = {str(s.name): s for e in exact for s in e.free_symbols}
        known = dict(sorted(free.items()))
    builder = Builder(known)
    order = (*(n for n in known if n not in last), *(n for n in last if n in known))
    values = {known[n]: builder.input(n) for n in order}
    return builder.finish(record(builder, e, values) for e in exact)


def _exact(value: float) -> Any:
    sympy = load("sympy")
    if not math.isfinite(value):
        raise SpecificationError(f"{value} has no exact counterpart; a constant must be finite")
    exact, of_pi = meaning(value)
    return sympy.Rational(exact) * (sympy.pi if of_pi else 1)


def _finite(expression: Any) -> Any:
    sympy = load("sympy")
    if expression.has(sympy.nan, sympy.oo, -sympy.oo, sympy.zoo):
        raise SpecificationError("the formula is no number for any values: it divides by zero")
    return expression


def _operations() -> dict[str, Callable[..., Any]]:
    """Return each operation of a tape in sympy's words."""
    sympy = load("sympy")
    named = {op: getattr(sympy, _NAMES.get(op, op)) for op in _SAME}
    compared = {op: partial(_compared, getattr(sympy, of)) for op, of in _RELATIONS.items()}
    composed: dict[str, Callable[[Any], Any]] = {
        "neg": lambda x: -x,
        "expm1": lambda x: sympy.exp(x) - 1,
        "log1p": lambda x: sympy.log(1 + x),
    }
    return {**_ARITHMETIC, **named, **compared, **composed, "select": _select}


def _special(name: str, *args: Any) -> Any:
    """Return a special function in sympy's words; one that it does not know by our name alone."""
    sympy, function = load("sympy"), SHELF[name]
    if function.sympy is not None:
        return function.sympy(sympy, *args)
    theirs, more = function.known_as
    return getattr(sympy, theirs)(*args, *more) if theirs else sympy.Function(name)(*args)


def _compared(relation: Callable[[Any, Any], Any], x: Any, y: Any) -> Any:
    """Return 1 where a relation holds and 0 elsewhere."""
    return load("sympy").Piecewise((1, relation(x, y)), (0, True))


def _select(condition: Any, yes: Any, no: Any) -> Any:
    """Return one of two expressions; the condition is a number, and holds where that is not 0."""
    sympy = load("sympy")
    holds = sympy.Ne(condition, 0)
    if isinstance(condition, sympy.Piecewise) and [e for e, _ in condition.args] == [1, 0]:
        holds = condition.args[0][1]
    return sympy.Piecewise((yes, holds), (no, True))
