"""Antiderivatives: a short table first, the oracle for the rest; always checked by their users."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import NoClosedFormError
from ..lazy import load
from .hopeless import divides_by_a_mixture, has_mixed_exponentials, is_hopeless
from .integral_angle import in_one_variable
from .integral_euler import without_root
from .integral_named import named
from .integral_poles import over_powers
from .integral_root import over_root
from .integral_series import by_series
from .integral_shifted import over_lines
from .integral_table import exponential, from_table
from .oracle import NoAnswerError, Patience, ask

_SECONDS = 1.2  # that the oracle is given for one integral, and at most a third of what is left
_LONGEST = 60  # operations of an integrand that is asked about
_MOST_OPENED = 400  # operations of an integrand multiplied out that is worked on
_DEEPEST = 2  # substitutions one after the other
_MOST = 6  # inner functions that are tried


def antiderivative(integrand: Any, variable: Any, clock: Patience) -> Any | None:
    """Return an antiderivative, real where the integrand is, or None if none is known.

    Parameters
    ----------
    integrand, variable
        In sympy's terms.
    clock
        The time left; the oracle is asked only for what the table does not have.
    """
    if divides_by_a_mixture(integrand, variable):
        return None
    found = from_tables(integrand, variable)
    question = integrand, variable
    if found is not None or integrand.count_ops() > _LONGEST or is_hopeless(integrand, variable):
        return found
    if question in clock.refused:
        return None
    plain = integrand.replace(load("sympy").log, _plain_logarithm)
    found = _asked(plain, variable, clock)
    if found is None:
        clock.refused.add(question)
    return None if found is None else _real(found)


def from_tables(integrand: Any, variable: Any) -> Any | None:
    """Return an antiderivative that is found without the oracle, or None."""
    if integrand == 0:
        return integrand
    if has_mixed_exponentials(integrand, variable):
        return None
    plain = integrand.replace(load("sympy").log, _plain_logarithm)
    found = known(plain, variable)
    return None if found is None else _real(found)


def known(integrand: Any, variable: Any) -> Any | None:
    """Return an antiderivative without the oracle, or None; logarithms are of either sign."""
    if load("sympy").expand(integrand).count_ops() > _MOST_OPENED:
        return from_table(integrand, variable)
    found = _found(integrand, variable, _DEEPEST)
    return _in_series(integrand, variable) if found is None else found


def _found(integrand: Any, x: Any, depth: int) -> Any | None:
    """Return an antiderivative by the table, by parts known, or in another variable."""
    sympy = load("sympy")
    if integrand.is_rational_function(x):
        return _of_a_quotient(integrand, x, depth)
    opened = sympy.expand(integrand)
    for form in _forms(integrand, opened):
        found = from_table(form, x)
        if found is not None:
            return found
    for way in (over_powers, over_root, over_lines):
        found = way(opened, x)
        if found is not None:
            return found
    u = load("sympy").Dummy("u", real=True)
    found = _by_angle(integrand, x, u, depth - 1) or _by_euler(integrand, x, u) if depth else None
    if found is None:
        found = _term_by_term(opened, x, depth)
    return found if found is not None or not depth else _substituted(integrand, x, depth - 1)


def _of_a_quotient(integrand: Any, x: Any, depth: int) -> Any | None:
    """Return an antiderivative of a quotient of polynomials.

    However it is written, its poles are the same: it is looked at once, which may take long.
    """
    found = from_table(integrand, x)
    if found is None:
        found = over_powers(load("sympy").expand(integrand), x)
    return found if found is not None or not depth else _substituted(integrand, x, depth - 1)


def _in_series(integrand: Any, x: Any) -> Any | None:
    """Return the antiderivative of a sum of which some terms are hypergeometric, or None."""
    sympy = load("sympy")
    forms = (integrand, sympy.expand(integrand))
    for form in dict.fromkeys(forms[:1] if integrand.is_rational_function(x) else forms):
        parts: list[Any] = []
        for term in sympy.Add.make_args(form):
            found = by_series(term, x)
            found = _found(term, x, _DEEPEST) if found is None else found
            if found is None:
                break
            parts.append(found)
        else:
            return sympy.Add(*parts)
    return None


def _forms(integrand: Any, opened: Any) -> Iterator[Any]:
    """Yield ways to write an integrand, those that take work last."""
    yield integrand
    yield opened
    yield load("sympy").powsimp(opened)
    yield _trigonometric_sums(integrand)
    yield from _powers_of_logarithms(integrand)


def _term_by_term(integrand: Any, x: Any, depth: int) -> Any | None:
    """Return the antiderivative of a sum, or of a product by parts; None if it is not known."""
    sympy = load("sympy")
    terms = sympy.Add.make_args(integrand)
    if len(terms) == 1:
        found = named(integrand, x)
        return found if found is not None or not depth else _by_parts(integrand, x, depth - 1)
    parts: list[Any] = []
    for term in terms:
        parts.append(_found(term, x, depth))
        if parts[-1] is None:
            return None
    return sympy.Add(*parts)


def _by_parts(integrand: Any, x: Any, depth: int) -> Any | None:
    """Return the antiderivative of a function times a logarithm or an inverse one, by parts."""
    sympy = load("sympy")
    slow = sympy.log, sympy.atan, sympy.asin, sympy.acos, sympy.asinh, sympy.acosh
    factors = [f for f in sympy.Mul.make_args(integrand) if isinstance(f.as_base_exp()[0], slow)]
    if len(factors) != 1 or not factors[0].as_base_exp()[1].is_Integer:
        return None
    (factor,) = factors
    rest = integrand / factor
    first = None if rest.has(*slow) else _found(rest, x, depth)
    if first is None:
        return None
    rest = sympy.powsimp(first * sympy.diff(factor, x))
    second = _found(sympy.cancel(rest) if rest.is_rational_function(x) else rest, x, depth)
    return None if second is None else first * factor - second


def _powers_of_logarithms(integrand: Any) -> list[Any]:
    """Return sinh(k*log(x)) and the like in powers of x."""
    sympy = load("sympy")
    if not (integrand.has(sympy.sinh, sympy.cosh) and integrand.has(sympy.log)):
        return []
    plain = integrand.rewrite(sympy.exp).replace(sympy.exp, exponential)
    return [sympy.powsimp(sympy.expand_mul(plain))]


def _trigonometric_sums(integrand: Any) -> Any:
    """Return products and powers of sines and cosines as sums."""
    sympy = load("sympy")
    if not integrand.has(sympy.sin, sympy.cos):
        return integrand
    return sympy.expand(load("sympy.simplify.fu").TR8(sympy.expand(integrand)))


def _substituted(integrand: Any, x: Any, depth: int) -> Any | None:
    """Return an antiderivative in a variable u(x) whose derivative is a factor."""
    sympy = load("sympy")
    u = sympy.Dummy("u", real=True)
    if integrand.has(sympy.sin, sympy.cos):
        integrand = sympy.expand_trig(integrand)  # a multiple of an angle is a function of it
    for inner in _inner_functions(integrand, x):
        quotient = sympy.cancel(sympy.together(integrand / sympy.diff(inner, x)).subs(inner, u))
        if inner == sympy.log(x) and any(e.has(inner) for e in integrand.atoms(sympy.exp)):
            quotient = sympy.powsimp(quotient.subs(x, sympy.exp(u)))
        if not quotient.has(x) and not quotient.has(sympy.zoo, sympy.nan):
            found = _found(quotient, u, depth)
            if found is not None:
                return found.subs(u, inner)
    return _by_root(integrand, x, u, depth)


def _by_angle(integrand: Any, x: Any, u: Any, depth: int) -> Any | None:
    """Return an antiderivative of what is rational in sine and cosine of one angle."""
    for quotient, back in in_one_variable(integrand, x, u):
        found = _found(quotient, u, depth)
        if found is not None:
            return found.subs(u, back)
    return None


def _by_euler(integrand: Any, x: Any, u: Any) -> Any | None:
    """Return an antiderivative of what is rational in x and the root of a quadratic."""
    changed = without_root(integrand, x, u)
    found = None if changed is None else from_table(changed[0], u)
    return None if changed is None or found is None else found.subs(u, changed[1])


def _is_angle(e: Any) -> bool:
    """Tell whether something is the angle whose tangent is that of an angle."""
    sympy = load("sympy")
    return isinstance(e, sympy.atan) and isinstance(e.args[0], sympy.tan)


def _angle(e: Any) -> Any:
    """Return the angle; between the jumps it differs by a constant."""
    return e.args[0].args[0]


def _inner_functions(integrand: Any, x: Any) -> list[Any]:
    """Return the functions of x in an integrand, the simplest first."""
    sympy = load("sympy")
    found = {e for e in sympy.preorder_traversal(integrand) if e.has(x) and e != x
             and (isinstance(e, sympy.Function) or e.is_Pow)}  # fmt: skip
    bases = {e.base for e in found if e.is_Pow and e.base.has(x) and e.base != x}
    inverse: set[Any] = {1 / x} if integrand.has(x**-2) else set()
    return sorted(found | bases | inverse, key=_size)[:_MOST]


def _size(e: Any) -> tuple[int, str]:
    return int(e.count_ops()), str(e)


def _by_root(integrand: Any, x: Any, u: Any, depth: int) -> Any | None:
    """Return an antiderivative in the root of a linear function, if there is just one root."""
    sympy = load("sympy")
    roots = {e for e in integrand.atoms(sympy.Pow) if e.has(x) and e.exp.is_Rational
             and e.exp.q > 1}  # fmt: skip
    bases = {e.base for e in roots}
    if len(bases) != 1:
        return None
    (base,) = bases
    slope = sympy.diff(base, x)
    if slope.has(x):
        return None
    q = sympy.ilcm(1, *(e.exp.q for e in roots))
    old = (u**q - base.subs(x, 0)) / slope
    plain = integrand.xreplace({e: u ** (e.exp * q) for e in roots}).subs(x, old)
    quotient = sympy.cancel(sympy.together(plain * q * u ** (q - 1) / slope))
    found = None if quotient.has(x) else _found(quotient, u, depth)
    return None if found is None else found.subs(u, base ** sympy.Rational(1, q))


def _asked(integrand: Any, x: Any, clock: Patience) -> Any | None:
    try:
        return ask(integrated, integrand, x, clock=clock, most=min(_SECONDS, clock.left / 3))
    except (NoAnswerError, NoClosedFormError):
        return None


def integrated(integrand: Any, x: Any) -> Any | None:
    """Return what sympy finds; runs in the oracle's process."""
    sympy = load("sympy")
    from_rules = load("sympy.integrals.manualintegrate").manualintegrate(integrand, x)
    for found in (from_rules, None):
        whole = sympy.integrate(integrand, x) if found is None else found
        whole = whole.replace(sympy.Piecewise, _first_case)
        if not whole.has(sympy.Integral, sympy.I, sympy.zoo, sympy.nan):
            return whole
    return None


def _real(found: Any) -> Any:
    """Return logarithms of absolute values, and of several cases the general one."""
    sympy = load("sympy")
    return found.replace(_is_angle, _angle).replace(sympy.log, _logarithm)


def _plain_logarithm(u: Any) -> Any:
    sympy = load("sympy")
    return sympy.log(u.args[0] if isinstance(u, sympy.Abs) else u)


def _logarithm(u: Any) -> Any:
    sympy = load("sympy")
    return sympy.log(u if u.is_positive else sympy.Abs(u))


def _first_case(*cases: Any) -> Any:
    return cases[0][0]
