"""Square roots that are rational: of (a - b)^2 and of w^2/4, not of a + b."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from ..errors import SpecificationError
from ..lazy import load
from ..tape import Tape
from .bridge import from_sympy, symbols, to_sympy

_LONGEST = 60  # operations of a formula that is factored


def rational_root(formula: Tape) -> Tape | None:
    """Return the square root of a formula of one output if it is rational, else None.

    Either of the two roots; the formula is a square where both signs of its inputs are allowed.
    """
    if sum(bool(node.args) for node in formula.nodes) > _LONGEST:
        return None
    known = symbols(formula.inputs)
    with suppress(SpecificationError):
        root = _root(to_sympy(formula, known)[0])
        return None if root is None else from_sympy([root], known)
    return None


def _root(expression: Any) -> Any:
    sympy = load("sympy")
    if not expression.is_rational_function():
        return None
    number, factors = sympy.factor_list(sympy.together(expression).as_numer_denom()[0])
    below, others = sympy.factor_list(sympy.together(expression).as_numer_denom()[1])
    root = sympy.sqrt(number / below)
    if not root.is_rational or any(power % 2 for _, power in (*factors, *others)):
        return None
    for base, power in factors:
        root *= base ** (power // 2)
    for base, power in others:
        root /= base ** (power // 2)
    return root
