"""An equation of a line and a logarithm solved by Lambert's function, on the branch of a start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..lazy import load
from .inner import Branch, LambertRoot


def of_a_logarithm(left: Any, right: Any, y: Any, there: Mapping[Any, Any]) -> Iterator[Branch]:
    """Yield the root of a*y + b*log(v) = r, v a line in y, by Lambert's function.

    With w = a*v/(b*p), p the slope of the line, w*exp(w) is known; w stays on its side of -1
    (Corless, Gonnet, Hare, Jeffrey and Knuth 1996, doi:10.1007/BF02124750). Where parameters say
    which side that is, both branches are one formula.
    """
    sympy = load("sympy")
    parts = _parts(sympy.expand(left, log=False).as_independent(y, as_Add=True)[1], y)
    if parts is None:
        return
    b, line, others = parts
    (p, q), a = sympy.Poly(line, y).all_coeffs(), sympy.Poly(others, y).all_coeffs()[0]
    c, begun = sympy.cancel(a / (b * p)), line.subs(there)
    further = q / p - (q / p).subs(there)  # by which the line moves with time
    since = _since((right - left.subs(there) + a * further) / b)
    if since is None or c.subs(there) != c:
        return
    side = sympy.factor(c * begun + 1)
    known = c * begun * sympy.exp(sympy.factor_terms(sympy.factor(c * begun) + since))
    upper, lower = sympy.LambertW(known), sympy.LambertW(known, -1)
    either = sympy.Piecewise((upper, side >= 0), (lower, True))
    u = sympy.Dummy("u", real=True)
    root = LambertRoot(c * begun, side, since, 1 / (c * p), -q / p, there[y] - further, u, u)
    for w, positive in ((upper, (side >= 0,)), (lower, (side < 0,)), (either, ())):
        yield Branch((w / c - q) / p, positive, root)


def _parts(rest: Any, y: Any) -> tuple[Any, Any, Any] | None:
    """Return b, v and a*y of a*y + b*log(v); None for anything else."""
    sympy = load("sympy")
    logs = [term for term in sympy.Add.make_args(rest) if term.has(sympy.log)]
    coefficients = [term.as_independent(y, as_Add=False) for term in logs]
    log = coefficients[0][1] if coefficients else y
    if log.func != sympy.log or any(other != log for _, other in coefficients):
        return None
    b = sympy.factor(sympy.Add(*(c for c, _ in coefficients)))
    inside, others = log.args[0], rest - sympy.Add(*logs)
    line = inside.args[0] if isinstance(inside, sympy.Abs) else inside
    if all(e.is_polynomial(y) and sympy.degree(e, y) == 1 for e in (line, others)):
        return b, line, others
    return None


def _since(change: Any) -> Any | None:
    """Return what has been added since the start, None if a logarithm stays in it."""
    sympy = load("sympy")
    terms = sympy.Add.make_args(sympy.expand(change, log=False))
    whole = sympy.Add(*(sympy.factor(e) for e in terms))
    if whole.has(sympy.log):
        whole = sympy.cancel(whole)
    shorter = min(sympy.factor_terms(whole), sympy.factor(whole), key=lambda e: e.count_ops())
    return None if whole.has(sympy.log) else shorter
