"""Equations made explicit: definitions set aside, the others solved for the highest derivatives."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from ..errors import SpecificationError, listing
from ..lazy import load
from .sides import Pair


def definitions(
    pairs: Iterable[Pair], states: Collection[Any], highest: Collection[Any]
) -> dict[Any, Any]:
    """Return what stands alone on the left and is no state, with the formula on its right."""
    defined: dict[Any, Any] = {}
    for left, right in pairs:
        if not left.is_Symbol or left in states or right.free_symbols & set(highest):
            continue
        if left in defined:
            raise SpecificationError(f"{left} is defined twice")
        defined[left] = right
    return defined


def solved(pairs: Sequence[Pair], highest: Sequence[Any]) -> dict[str, Any]:
    """Return the highest derivatives, by name.

    An equation that is explicit already stays as it was written.

    Raises
    ------
    SpecificationError
        If the equations are too few, too many, not linear in these derivatives, or do not
        determine them.
    """
    unknown = set(highest)
    known: dict[Any, Any] = {}
    rest: list[Any] = []
    for left, right in pairs:
        if left in unknown and left not in known and not right.free_symbols & unknown:
            known[left] = right
        else:
            rest.append(left - right)
    missing = [d for d in highest if d not in known]
    if len(rest) != len(missing):
        raise SpecificationError(
            f"got {len(pairs)} equation(s) for {listing(map(str, highest))}; give one for each of "
            "these derivatives"
        )
    known |= _linear([e.xreplace(known) for e in rest], missing) if missing else {}
    return {str(d): known[d] for d in highest}


def _linear(zero: Sequence[Any], unknown: Sequence[Any]) -> dict[Any, Any]:
    """Return the solution of equations that are linear in what is unknown."""
    sympy, which = load("sympy"), listing(map(str, unknown))
    try:
        matrix, right = sympy.linear_eq_to_matrix(zero, unknown)
    except load("sympy.solvers.solveset").NonlinearError:
        problem = f"the equations are not linear in {which}; solve them for {which} first"
        raise SpecificationError(problem) from None
    if sympy.cancel(matrix.det()) == 0:
        raise SpecificationError(f"the equations do not determine {which}; give independent ones")
    solution = matrix.LUsolve(right)
    return {d: sympy.factor_terms(sympy.cancel(e)) for d, e in zip(unknown, solution, strict=True)}
