"""An equation L(y) = r solved for y, step by step from the outside, on the branch of a start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..lazy import load
from .inner import Branch, within
from .of_logarithm import of_a_logarithm

_LONG = 60  # operations of an equation, beyond which some are not tried to be solved


def branches(left: Any, right: Any, y: Any, start: Any, begin: Any) -> Iterator[Branch]:
    """Yield solutions of left(y) = right that may be the one that begins at `start`.

    Which branch that is, is decided at the start: there y is `start`, and time as `begin` says.
    """
    sympy = load("sympy")
    there = {y: start, **begin}
    whole, other = _without_logarithms(left, right, y, there)
    for one, r in ((whole, other), (left, right)):
        rest, free = one.as_independent(y, as_Add=True)[::-1]
        factored = rest if _once(rest, y) else sympy.factor(rest)
        if _once(factored, y):
            yield from _peeled(factored, r - free, y, there, ())
            return
        found = (
            list(_of_degree_two(one, r, y, start, begin))
            or list(_of_a_root(one, r, y))
            or list(_over_a_root(one, r, y))
            or list(of_a_logarithm(one, r, y, there))
        )
        if found:
            yield from found
            return
    inner = within(left, right, y, start)
    if inner is not None:
        found = branches(inner.left, inner.right, inner.u, inner.start, begin)
        yield from (inner.outer(branch) for branch in found)


def without_signs(expression: Any) -> Any:
    """Return an expression with x in place of sign(x)*|x|."""
    sympy = load("sympy")

    def joined(product: Any) -> Any:
        factors = list(product.args)
        for sign in [f for f in factors if isinstance(f, sympy.sign)]:
            size = sympy.Abs(sign.args[0])
            if size in factors:
                factors[factors.index(size)] = sign.args[0]
                factors.remove(sign)
        return sympy.Mul(*factors)

    changed = {e: joined(e) for e in expression.atoms(sympy.Mul) if e.has(sympy.sign)}
    return expression.subs(changed)


def is_hopeless(left: Any, y: Any) -> bool:
    """Tell whether y is beside logarithms of several things, in more terms than algebra is fast on.

    Of such sums no inverse is known but by chance, and to look for it takes seconds.
    """
    if left.count_ops() <= _LONG:
        return False
    sympy = load("sympy")
    arguments = {e.args[0] for e in left.atoms(sympy.log) if e.has(y)}
    terms = sympy.Add.make_args(left.as_independent(y, as_Add=True)[1])
    return len(arguments) > 1 and any(not term.has(sympy.log) for term in terms)


def _once(e: Any, y: Any) -> bool:
    return sum(1 for part in load("sympy").preorder_traversal(e) if part == y) == 1


def _without_logarithms(left: Any, right: Any, y: Any, there: Mapping[Any, Any]) -> tuple[Any, Any]:
    """Return an equation of logarithms with one coefficient as an equation of their arguments.

    Beside exponentials y itself counts as the logarithm of one. Their product keeps the sign of
    the start: where it is zero a logarithm is infinite.
    """
    sympy = load("sympy")
    free, rest = left.as_independent(y, as_Add=True)
    grows = any(e.has(y) for e in rest.atoms(sympy.exp))
    product, coefficient = sympy.Integer(1), None
    for term in sympy.Add.make_args(sympy.expand(rest, log=False)):
        c, log = term.as_independent(y, as_Add=False)
        if log == y and grows:
            log = sympy.log(sympy.exp(y), evaluate=False)
        if not isinstance(log, sympy.log):
            return left, right
        coefficient = c if coefficient is None else coefficient
        power = sympy.cancel(c / coefficient)
        if not power.is_Integer:
            if not (1 / power).is_Integer:
                return left, right
            product, coefficient, power = product ** (1 / power), c, sympy.Integer(1)
        inner = log.args[0]
        product *= (inner.args[0] if isinstance(inner, sympy.Abs) else inner) ** power
    if coefficient is None:
        return left, right
    since = sympy.expand((right - left.subs(there)) / coefficient, log=False)
    if not since.has(sympy.log):
        product = sympy.expand(product) if product.has(sympy.exp) else product
        return product, product.subs(there) * sympy.exp(since)
    r = sympy.exp(sympy.expand((right - free) / coefficient))
    return product, sympy.sign(sympy.factor(product.subs(there))) * r


def _of_degree_two(left: Any, right: Any, y: Any, start: Any, begin: Any) -> Iterator[Branch]:
    """Yield the root of a polynomial of degree one or two on the side of the start."""
    sympy = load("sympy")
    r = sympy.Dummy("r", real=True)
    top = sympy.fraction(sympy.together(left - r))[0]
    if not top.is_polynomial(y):
        return
    coefficients = sympy.Poly(top, y).all_coeffs()
    c = [sympy.factor(x).subs(r, right) for x in coefficients]
    if len(c) == 2:
        yield Branch(-c[1] / c[0])
    if len(c) == 3:
        under = sympy.expand(c[1] ** 2 - 4 * c[0] * c[2])
        if c[0].subs(begin) == 0:  # a line at the start
            root = sympy.sign(sympy.factor(c[1].subs(begin))) * sympy.sqrt(under)
            yield Branch(-2 * c[2] / (c[1] + root), (under,))
            return
        side = sympy.sign(sympy.factor((2 * c[0] * start + c[1]).subs(begin)))
        yield Branch((side * sympy.sqrt(under) - c[1]) / (2 * c[0]), (under,))


def _over_a_root(left: Any, right: Any, y: Any) -> Iterator[Branch]:
    """Yield the root of c*y/sqrt(A + B*y^2) = r, as the momentum of special relativity is."""
    sympy = load("sympy")
    free, product = left.as_independent(y, as_Add=True)
    c, rest = product.as_independent(y, as_Add=False)
    under = sympy.expand((y / rest) ** 2)
    if not under.is_polynomial(y) or sympy.degree(under, y) != 2 or under.coeff(y, 1) != 0:
        return
    if rest != y / sympy.sqrt((y / rest) ** 2):  # on one side of y only
        return
    r, size = (right - free) / c, under.coeff(y, 0)
    left_over = 1 - under.coeff(y, 2) * r**2
    one = size.is_positive  # no quotient of two negatives
    yield Branch(
        r * sympy.sqrt(size) / sympy.sqrt(left_over) if one else r * sympy.sqrt(size / left_over)
    )


def _of_a_root(left: Any, right: Any, y: Any) -> Iterator[Branch]:
    """Yield the root of A*sqrt(q) + B = r, B a line and q a quadratic with the square of B/A."""
    sympy, u, r = load("sympy"), load("sympy").Dummy("u"), load("sympy").Dummy("r")
    half = sympy.Rational(1, 2)
    roots = [e for e in left.atoms(sympy.Pow) if e.exp == half and e.has(y)]
    line = sympy.expand(left.xreplace({roots[0]: u})) if len(roots) == 1 else u**2
    if not line.is_polynomial(y, u) or sympy.degree(line, u) != 1:
        return
    size, rest = line.coeff(u, 1), line.coeff(u, 0)
    balance = sympy.expand((r - rest) ** 2 - size**2 * roots[0].base)
    if balance.is_polynomial(y) and sympy.degree(balance, y) == 1:
        slope, value = sympy.Poly(balance, y).all_coeffs()
        place = sympy.expand(sympy.cancel(-value / slope))
        root = sympy.cancel((r - rest.subs(y, place)) / size)
        yield Branch(place.subs(r, right), (root.subs(r, right),))


def _peeled(
    left: Any, right: Any, y: Any, there: Mapping[Any, Any], positive: tuple[Any, ...]
) -> Iterator[Branch]:
    """Undo the outermost operation of the left side, until y is alone."""
    if left == y:
        yield Branch(right, positive)
        return
    if left.is_Add or left.is_Mul:
        free, rest = left.as_independent(y, as_Add=left.is_Add)
        r = right - free if left.is_Add else _divided(right, free)
        yield from _peeled(rest, r, y, there, positive)
        return
    for argument, value, more in _undone(left, right, y, there):
        yield from _peeled(argument, value, y, there, (*positive, *more))


def _divided(right: Any, factor: Any) -> Any:
    """Return a quotient; a sum term by term, so that exponentials in it cancel exactly."""
    sympy = load("sympy")
    whole = right / factor
    return sympy.expand(whole) if factor.has(sympy.exp) or factor.atoms(sympy.Pow) else whole


def _undone(
    left: Any, right: Any, y: Any, there: Mapping[Any, Any]
) -> Iterator[tuple[Any, Any, tuple[Any, ...]]]:
    sympy = load("sympy")
    base, power = left.as_base_exp()
    if isinstance(left, sympy.exp) or base == sympy.E:
        yield power, sympy.log(right), (right,)
        return
    if left.is_Pow:
        if not power.has(y):
            yield from _root(base, power, right, base.subs(there))
        elif not base.has(y):
            yield power, sympy.log(right) / sympy.log(base), (right,)
        return
    u = left.args[0] if len(left.args) == 1 else None
    rule = _INVERSES.get(type(left).__name__)
    if u is not None and rule is not None:
        value, more = rule(sympy, right, u.subs(there))
        further = sympy.pi * _passed(right, y, there) if isinstance(left, sympy.tan) else 0
        yield u, value + further, more


def _passed(tangent: Any, y: Any, there: Mapping[Any, Any]) -> Any:
    """Return how many half turns an angle makes past where its tangent is infinite, -1, 0 or 1.

    Its tangent is a quotient, infinite where the line in the denominator is zero.
    """
    sympy = load("sympy")
    top, line = sympy.fraction(sympy.together(tangent))
    for t, begin in there.items():
        if t != y and line.is_polynomial(t) and sympy.degree(line, t) == 1:
            where, slope = sympy.solve(line, t)[0], sympy.diff(line, t)
            turn = -_side(slope * top.subs(t, where))
            passed = sympy.Lt(sympy.factor(line * line.subs(t, begin)), 0)
            return sympy.Piecewise((turn, passed), (0, True))
    return sympy.Integer(0)


def _root(
    base: Any, power: Any, right: Any, begun: Any
) -> Iterator[tuple[Any, Any, tuple[Any, ...]]]:
    sympy = load("sympy")
    if power.is_Integer and power % 2:
        if abs(power) == 1:
            yield base, right**power, ()
        else:
            yield base, sympy.sign(right) * sympy.Abs(right) ** (1 / power), ()
    elif power.is_Rational and power.p % 2 and power.q % 2:
        yield base, sympy.sign(right) * sympy.Abs(right) ** (1 / power), ()
    else:
        side = sympy.sign(begun) if power.is_Rational and not power.p % 2 else 1
        yield base, side * right ** (1 / power), (right,)


def _side(expression: Any) -> Any:
    """Return the sign of a product, squares left out."""
    sympy = load("sympy")
    factors = sympy.Mul.make_args(sympy.factor(expression))
    is_square = [f.is_Pow and f.exp.is_even for f in factors]
    odd = (f for f, square in zip(factors, is_square, strict=True) if not square)
    return sympy.sign(sympy.Mul(*odd))


Inverse = Callable[[Any, Any, Any], tuple[Any, tuple[Any, ...]]]


def _logarithm(sympy: Any, r: Any, u: Any) -> tuple[Any, tuple[Any, ...]]:
    return sympy.exp(r), ()


def _absolute(sympy: Any, r: Any, u: Any) -> tuple[Any, tuple[Any, ...]]:
    return sympy.sign(u) * r, (r,)


def _tangent(sympy: Any, r: Any, u: Any) -> tuple[Any, tuple[Any, ...]]:
    turns = sympy.floor(u / sympy.pi + sympy.Rational(1, 2))
    return sympy.atan(r) + sympy.pi * turns, ()


def _cotangent(sympy: Any, r: Any, u: Any) -> tuple[Any, tuple[Any, ...]]:
    beyond = sympy.Piecewise((1, r < 0), (0, True))  # the second half of its turn
    return sympy.atan(1 / r) + sympy.pi * (sympy.floor(u / sympy.pi) + beyond), ()


def _sine(sympy: Any, r: Any, u: Any) -> tuple[Any, tuple[Any, ...]]:
    turns = sympy.floor(u / sympy.pi + sympy.Rational(1, 2))
    return sympy.asin(sympy.cos(sympy.pi * turns) * r) + sympy.pi * turns, (1 - r**2,)


def _cosine(sympy: Any, r: Any, u: Any) -> tuple[Any, tuple[Any, ...]]:
    turns = sympy.floor(u / sympy.pi)
    return sympy.acos(sympy.cos(sympy.pi * turns) * r) + sympy.pi * turns, (1 - r**2,)


def _arctangent(sympy: Any, r: Any, u: Any) -> tuple[Any, tuple[Any, ...]]:
    return sympy.tan(r), (sympy.pi / 2 - sympy.Abs(r),)


def _arcsine(sympy: Any, r: Any, u: Any) -> tuple[Any, tuple[Any, ...]]:
    return sympy.sin(r), (sympy.pi / 2 - sympy.Abs(r),)


def _hyperbolic_sine(sympy: Any, r: Any, u: Any) -> tuple[Any, tuple[Any, ...]]:
    return sympy.asinh(r), ()


def _area_sine(sympy: Any, r: Any, u: Any) -> tuple[Any, tuple[Any, ...]]:
    begun = [e for e in sympy.Add.make_args(r) if isinstance(e, sympy.asinh)]
    if len(begun) != 1:
        return sympy.sinh(r), ()
    (at,) = begun[0].args
    further = r - begun[0]  # what the angle has grown by
    return at * sympy.cosh(further) + sympy.sqrt(at**2 + 1) * sympy.sinh(further), ()


def _hyperbolic_tangent(sympy: Any, r: Any, u: Any) -> tuple[Any, tuple[Any, ...]]:
    return sympy.atanh(r), (1 - r**2,)


_INVERSES: dict[str, Inverse] = {
    "log": _logarithm, "Abs": _absolute, "tan": _tangent, "cot": _cotangent, "sin": _sine,
    "cos": _cosine, "atan": _arctangent, "asin": _arcsine, "sinh": _hyperbolic_sine,
    "tanh": _hyperbolic_tangent, "asinh": _area_sine,
}  # fmt: skip
