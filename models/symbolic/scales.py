"""Scales of state and time from their relative rates: v = exp(integral of m), from the start on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..lazy import load
from ..tape import Tape
from .antiderivative import from_tables
from .bridge import from_sympy, symbols, to_sympy
from .integral_table import exponential


def grown(rate: Tape, names: tuple[str, ...], begin: float) -> Tape | None:
    """Return exp of the integral of a rate from the start; None if it is not known.

    Parameters
    ----------
    rate
        From some of the names.
    names
        Time and parameters.
    begin
        The time at the start.

    Raises
    ------
    SpecificationError
        If something in it has no exact counterpart in algebra.
    """
    known, t, integrand = _in_algebra(rate, names)
    whole = from_tables(integrand, t)
    if whole is None:
        return None
    scale = exponential(whole)
    begun = load("sympy").nsimplify(begin, rational=True)
    return from_sympy([load("sympy").powsimp(scale / scale.subs(t, begun))], known, names[:1])


def added(rate: Tape, names: tuple[str, ...], begin: float) -> Tape | None:
    """Return the integral of a rate from the start; None if it is not known.

    Parameters and errors are those of `grown`.
    """
    known, t, integrand = _in_algebra(rate, names)
    whole = from_tables(load("sympy").powsimp(integrand), t)
    if whole is None:
        return None
    begun = load("sympy").nsimplify(begin, rational=True)
    whole = _signed(whole, t, begun)
    return from_sympy([whole - whole.subs(t, begun)], known, names[:1])


def moving(factor: Tape, names: tuple[str, ...]) -> Tape:
    """Return the part of a function of time that depends on it, constant factors left out.

    Parameters and errors are those of `grown`.
    """
    known, t, whole = _in_algebra(factor, names)
    shape = load("sympy").factor(whole).as_independent(t, as_Add=False)[1]
    return from_sympy([shape], known, names[:1])


def _signed(whole: Any, t: Any, begun: Any) -> Any:
    """Return a formula with absolute values by the signs they have at the start."""
    sympy = load("sympy")
    sizes = {e: e.args[0] for e in whole.atoms(sympy.Abs)}
    signs = {e: sympy.sign(inner.subs(t, begun)) for e, inner in sizes.items()}
    return whole.subs({e: signs[e] * inner for e, inner in sizes.items() if signs[e].is_Integer})


def _in_algebra(rate: Tape, names: tuple[str, ...]) -> tuple[Mapping[str, Any], Any, Any]:
    known = symbols(names)
    return known, known[names[0]], to_sympy(rate, known)[0]
