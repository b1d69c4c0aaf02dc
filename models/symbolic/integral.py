"""Integrals of formulas, asked of sympy: the questions the oracle answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..lazy import load
from ..tape import Tape
from .antiderivative import known
from .bridge import from_sympy, symbols, to_sympy


def integrating_factor(slope: Tape, source: Tape, time: str, t0: float) -> Tape:
    """Return what solves dy/dt = slope*y + source, slope and source formulas of time.

    Parameters
    ----------
    slope, source
        One output each, with the same inputs.
    time
        The input by which is integrated.
    t0
        Where the integrals begin.

    Returns
    -------
    parts
        The factor exp(-integral of the slope), 1 at t0, and the integral of factor times source.

    Raises
    ------
    SpecificationError
        If one of them is no elementary function.
    """
    sympy = load("sympy")
    known = symbols(slope.inputs)
    real, positive = known[time], {s: sympy.Symbol(s.name, positive=True) for s in known.values()}
    t, begin = positive[real], load("sympy").nsimplify(t0, rational=True)
    a, b = (to_sympy(f, known)[0].subs(positive) for f in (slope, source))
    rise = _integrated(sympy.expand(a), t)
    factor = sympy.powsimp(
        sympy.exp(-_signed(rise, t, begin) + _signed(rise, t, begin).subs(t, begin))
    )
    factor = sympy.expand_power_base(factor, force=True)
    total = _integrated(_ready(b, factor), t) if b != 0 else sympy.Integer(0)
    total = _signed(total, t, begin)
    back = {new: old for old, new in positive.items()}
    whole = [factor, total - total.subs(t, begin)]
    return from_sympy([e.subs(back) for e in whole], known, (time,))


def _integrated(e: Any, t: Any) -> Any:
    found = known(e, t) if e != 0 else e
    return load("sympy").integrate(e, t) if found is None else found


def _ready(source: Any, factor: Any) -> Any:
    sympy = load("sympy")
    return sympy.powsimp(sympy.expand(source * factor))


def _signed(expression: Any, time: Any, begin: Any) -> Any:
    """Return an antiderivative with logarithms of what is positive at the beginning."""
    sympy = load("sympy")
    probe: Mapping[Any, Any] = {
        s: sympy.Rational(17 + 3 * i, 13)
        for i, s in enumerate(sorted(expression.free_symbols, key=str))
    }
    at = {**probe, time: begin}
    changed: dict[Any, Any] = {}
    for log in expression.atoms(sympy.log):
        if log.args[0].subs(at).is_negative:
            changed[log] = sympy.log(-log.args[0])
    return expression.subs(changed)
