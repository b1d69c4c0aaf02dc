"""Rows w that are eigenvectors of a matrix A(t) from the left at all times: w*A(t) = rate(t)*w."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..lazy import load
from ..system import FirstOrderSystem
from ..tape import Tape
from .bridge import from_sympy, symbols, to_sympy

_LONGEST = 60  # operations of an entry
_SAMPLE = (7, 5)  # a time, as a fraction, at which eigenvectors are looked for


class Rows(NamedTuple):
    """As many such rows as there are states.

    Parameters
    ----------
    matrix, inverse
        The rows one after the other, and the inverse of that matrix; no inputs.
    rates
        The rate of each, from time and the parameters.
    """

    matrix: Tape
    inverse: Tape
    rates: Tape


def common_rows(system: FirstOrderSystem, entries: Mapping[tuple[int, int], Tape]) -> Rows | None:
    """Return the rows of a matrix whose entries depend on time alone, None if they are too few.

    Parameters
    ----------
    system
        Of two states or more.
    entries
        Those of the matrix that are not zero, from time and the parameters.
    """
    sympy, n = load("sympy"), system.n_states
    known = symbols((system.time, *system.parameters))
    t = known[system.time]
    whole = sympy.zeros(n, n)
    for place, tape in entries.items():
        whole[place] = to_sympy(tape, known)[0]
    if whole.free_symbols - {t} or any(e.count_ops() > _LONGEST for e in whole):
        return None
    found = list(_rows(whole, t))
    matrix = sympy.Matrix([row for row, _ in found]) if len(found) == n else sympy.zeros(n, n)
    if matrix.det() == 0:
        return None
    rates = from_sympy([rate for _, rate in found], known, (system.time,))
    return Rows(from_sympy([*matrix], {}), from_sympy([*matrix.inv()], {}), rates)


def _rows(whole: Any, t: Any) -> Iterator[tuple[Any, Any]]:
    """Yield rows with their rates: those of one time that are so at all times."""
    sympy = load("sympy")
    sample = whole.subs(t, sympy.Rational(*_SAMPLE))
    if not all(e.is_Rational for e in sample):
        return
    for value in _rational_values(sample):
        for column in (sample.T - value * sympy.eye(sample.rows)).nullspace():
            row = column.T
            moved, at = row * whole, next(i for i, e in enumerate(row) if e != 0)
            rate = sympy.expand(moved[at] / row[at])
            if all(sympy.expand(m - rate * e) == 0 for m, e in zip(moved, row, strict=True)):
                yield row, rate


def _rational_values(sample: Any) -> list[Any]:
    sympy, polynomial = load("sympy"), sample.charpoly()
    x, expression = polynomial.gen, polynomial.as_expr()
    factors = sympy.factor_list(expression, x)[1]
    return [sympy.solve(f, x)[0] for f, _ in factors if sympy.degree(f, x) == 1]
