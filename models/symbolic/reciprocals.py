"""Equations of Bernoulli whose power of the state has a linear rate with a constant coefficient.

Such a linear equation is answered in the terms of its input, as safe at all times and at equal
rates as any: of the logistic law with a capacity that grows it is one over the size.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..lazy import load
from .first_integral import Rate
from .linear_integral import bernoulli_parts
from .restated import Restated
from .stage import unknown

_LONGEST = 60  # operations of a rate that is looked at


def reciprocals(rate: Rate, start: Any) -> Iterator[Restated]:
    """Yield dy/dt = a*y + b(t)*y^2, b in exponentials, waves and powers, for one over the state.

    Parameters
    ----------
    rate
        The equation.
    start
        The start value, of which there is no need.
    """
    del start
    parts = bernoulli_parts(rate) if rate.f.count_ops() <= _LONGEST else None
    if parts is None:
        return
    (a, b, n), u = parts, unknown("u")
    if n == 2 and not a.has(rate.t) and b.has(rate.t) and _is_in_terms(b, rate.t):
        yield Restated(u, 1 / rate.y, 1 / u, -a * u - b)


def _is_in_terms(source: Any, t: Any) -> bool:
    """Tell whether a function of time is a sum of powers times exponentials, sines and cosines."""
    sympy = load("sympy")
    powers = (e for e in source.atoms(sympy.Pow) if e.has(t))
    functions = (e for e in source.atoms(sympy.Function) if e.has(t))
    return all(e.exp.is_Integer and e.exp > 0 for e in powers) and all(
        isinstance(e, sympy.exp | sympy.sin | sympy.cos) and not sympy.diff(e.args[0], t).has(t)
        for e in functions
    )
