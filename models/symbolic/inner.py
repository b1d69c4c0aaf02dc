"""Equations in a root or an exponential of the unknown: solved for that first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..lazy import load


class LambertRoot(NamedTuple):
    """A solution y of u = scale*w + shift, where w + log|w| = w_0 + log|w_0| + since.

    Parameters
    ----------
    begun, distance
        w_0, and 1 + w_0.
    since
        What is added since the start.
    scale, shift, start
        Of the line, and where it starts.
    u, y
        The line's name, and the solution by it: where they differ, u is not negative.
    """

    begun: Any
    distance: Any
    since: Any
    scale: Any
    shift: Any
    start: Any
    u: Any
    y: Any

    def each(self, change: Callable[[Any], Any]) -> LambertRoot:
        """Return the same with something done to every formula."""
        changed = {name: change(e) for name, e in self._asdict().items() if name != "u"}
        return self._replace(**changed)


class Branch(NamedTuple):
    """A solution, what has to be positive or true where it holds, and how it is had in doubles."""

    value: Any
    positive: tuple[Any, ...] = ()
    root: LambertRoot | None = None


class Inner(NamedTuple):
    """An equation in u(y): its sides, u, where u starts, and what u and its start are of y's."""

    left: Any
    right: Any
    u: Any
    start: Any
    y: Any
    begun: Any

    def outer(self, branch: Branch) -> Branch:
        """Return the solution for y that follows from one for u, as long as that is positive."""

        def back(expression: Any) -> Any:
            return expression.subs(self.start, self.begun)

        value, *positive = map(back, (branch.value, *branch.positive))
        y = self.y.subs(self.u, value)
        if branch.root is None:
            return Branch(y, (*positive, value))
        root = branch.root.each(back)
        return Branch(y, tuple(positive), root._replace(y=self.y.subs(self.u, root.y)))


def within(left: Any, right: Any, y: Any, start: Any) -> Inner | None:
    """Return an equation in the root or exponential that y is in, None if y is in neither."""
    sympy = load("sympy")
    u, begun = sympy.Dummy("u", positive=True), sympy.Dummy("u_0", positive=True)
    for change in (_of_roots, _of_exponentials):
        found = change(left, y, u)
        if found is not None:
            into, back, forth = found
            right = right.subs(start, back.subs(u, begun)) if start.is_Symbol else right
            left, right = sympy.expand_log(into), sympy.expand_log(right)
            return Inner(left, right, u, begun, back, forth.subs(y, start))
    return None


def _of_roots(left: Any, y: Any, u: Any) -> tuple[Any, Any, Any] | None:
    """Return the left side in u = y^(1/n), for sqrt(y) and other roots, y by u, and u by y."""
    sympy = load("sympy")
    roots = [e for e in left.atoms(sympy.Pow) if e.base == y and e.exp.is_Rational]
    n = sympy.ilcm(1, 1, *(e.exp.q for e in roots))
    if n == 1:
        return None
    put_in = {e: u ** (n * e.exp) for e in roots}
    return left.subs(put_in).subs(y, u**n), u**n, y ** sympy.Rational(1, n)


def _of_exponentials(left: Any, y: Any, u: Any) -> tuple[Any, Any, Any] | None:
    """Return the left side in u = exp(k*y), y by u, and u by y."""
    sympy = load("sympy")
    found = [e for e in left.atoms(sympy.exp) if e.has(y)]
    if not found:
        return None
    rate = sympy.cancel(found[0].args[0] / y)
    rate = -rate if rate.could_extract_minus_sign() else rate
    powers = {e: sympy.cancel(e.args[0] / (rate * y)) for e in found}
    if rate.has(y) or not all(p.is_Integer for p in powers.values()):
        return None
    put_in = {e: u**p for e, p in powers.items()}
    back = sympy.log(u) / rate
    return left.subs(put_in).subs(y, back), back, sympy.exp(rate * y)
