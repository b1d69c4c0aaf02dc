"""First integrals of dy/dt = f(t, y): functions of both that stay constant along a solution.

Each way of a textbook to find one is a function here (Boyce and DiPrima 2012, *Elementary
Differential Equations*, chapter 2). None is believed: d/dt of what is returned is checked later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..errors import NoClosedFormError
from ..lazy import load
from .antiderivative import antiderivative
from .integral_table import exponential, itself
from .oracle import Patience

_LONGEST = 150  # operations of a rate that is looked at


class Integral(NamedTuple):
    """A function of t and y that stays constant, and how it was found, in words."""

    constant: Any
    words: str


@dataclass(frozen=True)
class Rate:
    """The right side of dy/dt = f(t, y).

    Parameters
    ----------
    f, t, y
        The rate and its two variables, in sympy's terms.
    clock
        The time left.
    """

    f: Any
    t: Any
    y: Any
    clock: Patience

    @property
    def swapped(self) -> Rate:
        """The same curve as t(y)."""
        return Rate(1 / self.f, self.y, self.t, self.clock)

    @property
    def is_short(self) -> bool:
        """Whether algebra on it takes milliseconds."""
        return bool(self.f.count_ops() <= _LONGEST)

    def over(self, integrand: Any, variable: Any) -> Any | None:
        """Return an antiderivative."""
        return antiderivative(integrand, variable, self.clock)


Way = Callable[[Rate], Iterator[Integral]]


def found(way: Way, rate: Rate) -> Iterator[Integral]:
    """Yield what a way finds; whatever sympy raises says that it does not know."""
    try:
        yield from way(rate)
    except NoClosedFormError:
        raise
    except (ArithmeticError, AttributeError, LookupError, NotImplementedError, RecursionError,
            TypeError, ValueError, load("sympy.polys.polyerrors").BasePolynomialError):  # fmt: skip
        return


def separated(rate: Rate) -> Iterator[Integral]:
    """Yield the integral of dy/h(y) = g(t) dt."""
    parts = factors(rate)
    if parts is None:
        return
    g, h = parts
    left, right = rate.over(1 / h, rate.y), rate.over(g, rate.t)
    if left is not None and right is not None:
        yield Integral(left - right, "Separate the variables and integrate both sides")


def factors(rate: Rate) -> tuple[Any, Any] | None:
    """Return g(t) and h(y) whose product is the rate, or None."""
    sympy = load("sympy")
    t, y = rate.t, rate.y
    plain = sympy.expand_power_base(rate.f, force=True)
    for form in (plain, sympy.factor(plain), sympy.factor(sympy.expand(plain, trig=True))):
        g = h = sympy.Integer(1)
        for factor in sympy.Mul.make_args(sympy.expand_power_exp(form)):
            if not factor.has(y):
                g *= factor
            elif not factor.has(t):
                h *= factor
            else:
                break
        else:
            return g, h
    return None


def of_a_ratio(rate: Rate) -> Iterator[Integral]:
    """Yield the integral of dy/dt = (y/t)*F(u) with u = y*t^k."""
    sympy = load("sympy")
    t, y = rate.t, rate.y
    scaled = t * rate.f / y
    k = _constant(t * sympy.diff(scaled, t), y * sympy.diff(scaled, y), rate)
    if k is None:
        return
    u = sympy.Dummy("u", real=True)
    growth = sympy.cancel(sympy.together(u * (k + scaled.subs({t: 1, y: u}, simultaneous=True))))
    left = rate.over(1 / growth, u) if growth != 0 else None
    if left is not None:
        of_u = f"u = {y * t**k}".replace("**", "^")
        words = f"In {of_u} the variables separate, with log({t}) as the time: integrate"
        yield Integral(left.subs(u, y * t**k) - sympy.log(sympy.Abs(t)), words)


def of_a_line(rate: Rate) -> Iterator[Integral]:
    """Yield the integral of dy/dt = F(u) with u = y + c*t."""
    sympy = load("sympy")
    t, y = rate.t, rate.y
    slope = _constant(sympy.diff(rate.f, t), sympy.diff(rate.f, y), rate)
    if slope is None or slope == 0:
        return
    u = sympy.Dummy("u", real=True)
    left = rate.over(1 / sympy.factor(slope + rate.f.subs({t: 0, y: u}, simultaneous=True)), u)
    if left is not None:
        line = y + slope * t
        words = f"In u = {line}, the variables separate: integrate".replace("**", "^")
        yield Integral(left.subs(u, line) - t, words)


def _constant(top: Any, bottom: Any, rate: Rate) -> Any | None:
    """Return a quotient that is free of both variables, or None."""
    sympy = load("sympy")
    if bottom == 0 or top == 0:
        return None if bottom == 0 else sympy.Integer(0)
    samples = [{rate.t: sympy.Rational(*p), rate.y: sympy.Rational(*q)}
               for p, q in (((7, 5), (9, 7)), ((11, 6), (5, 3)))]  # fmt: skip
    others = {s: sympy.Rational(n + 4, n + 3) for n, s in enumerate(
        sorted(rate.f.free_symbols - {rate.t, rate.y}, key=str))}  # fmt: skip
    values = [(top / bottom).subs(sample).subs(others).evalf(30) for sample in samples]
    if not all(v.is_number and v.is_real for v in values) or abs(values[0] - values[1]) > 1e-25:
        return None
    whole = sympy.nsimplify(values[0], rational=True, tolerance=1e-20)
    if not others and whole.q < 1000:
        return whole
    found = sympy.cancel((top / bottom).subs(samples[0]))
    return found if not found.has(sympy.zoo, sympy.nan) else None


def exact(rate: Rate) -> Iterator[Integral]:
    """Yield the potential of M dt + N dy = 0, with an integrating factor if there is a simple one.

    Tried are factors of t alone, of y alone, and t^a*y^b.
    """
    sympy = load("sympy")
    top, bottom = sympy.fraction(sympy.together(rate.f))
    m, n = -top, bottom
    for factor, words in _factors_of(rate, m, n):
        found = _potential(rate, sympy.expand(factor * m), sympy.expand(factor * n))
        if found is not None:
            yield Integral(found, words)
            return


def _factors_of(rate: Rate, m: Any, n: Any) -> Iterator[tuple[Any, str]]:
    sympy = load("sympy")
    t, y = rate.t, rate.y
    curl = sympy.expand(sympy.diff(m, y) - sympy.diff(n, t))
    if curl == 0 or sympy.simplify(curl) == 0:
        yield sympy.Integer(1), "The equation is exact: integrate its differential"
        return
    for variable, other, quotient in ((t, y, curl / n), (y, t, -curl / m)):
        ratio = sympy.cancel(sympy.together(sympy.factor(quotient)))
        if not ratio.has(other):
            power = rate.over(ratio, variable)
            if power is not None:
                factor = sympy.simplify(exponential(power))
                yield (
                    factor,
                    f"The integrating factor {factor} makes it exact: integrate".replace("**", "^"),
                )
    yield from _monomial_factors(rate, m, n, curl)


def _monomial_factors(rate: Rate, m: Any, n: Any, curl: Any) -> Iterator[tuple[Any, str]]:
    sympy = load("sympy")
    t, y = rate.t, rate.y
    a, b = sympy.symbols("a_ b_")
    balance = sympy.expand(t * y * curl - a * n * y + b * m * t)
    if not balance.is_polynomial(t, y):
        return
    solved = sympy.solve(sympy.Poly(balance, t, y).coeffs(), [a, b], dict=True)
    for powers in solved[:1]:
        factor = t ** powers.get(a, 0) * y ** powers.get(b, 0)
        words = f"The integrating factor {factor} makes it exact: integrate".replace("**", "^")
        yield factor, words


def _potential(rate: Rate, m: Any, n: Any) -> Any | None:
    sympy = load("sympy")
    t, y = rate.t, rate.y
    one = rate.over(m, t)
    if one is None:
        return None
    rest = sympy.simplify(n - sympy.diff(one.replace(sympy.Abs, itself), y))
    if rest.has(t):
        return None
    other = rate.over(rest, y)
    return None if other is None else one + other


def bernoulli(rate: Rate) -> Iterator[Integral]:
    """Yield the integral of dy/dt = a(t)*y + b(t)*y^n, linear in y^(1 - n)."""
    sympy = load("sympy")
    parts = bernoulli_parts(rate)
    if parts is None:
        return
    a, b, n = parts
    grown = rate.over(sympy.factor(a), rate.t)
    if grown is None:
        return
    decay = exponential(-(1 - n) * grown)
    sources = [(1 - n) * term * decay for term in sympy.Add.make_args(sympy.expand_mul(b))]
    source = rate.over(sympy.Add(*sources), rate.t)
    if source is not None:
        words = f"{rate.y}^{1 - n} fulfils a linear equation: multiply by {decay} and integrate"
        yield Integral(rate.y ** (1 - n) * decay - source, words.replace("**", "^"))


def bernoulli_parts(rate: Rate) -> tuple[Any, Any, Any] | None:
    """Return a(t), b(t) and n of a rate a*y + b*y^n, or None; n is not 1."""
    sympy = load("sympy")
    t, y = rate.t, rate.y
    terms: dict[Any, Any] = {}
    for term in sympy.Add.make_args(sympy.expand_mul(sympy.expand_power_base(rate.f))):
        c, rest = term.as_independent(y, as_Add=False)
        base, power = rest.as_base_exp() if rest != 1 else (y, sympy.Integer(0))
        if base != y or power.has(t, y):
            return None
        terms[power] = terms.get(power, 0) + c
    a = terms.pop(sympy.Integer(1), sympy.Integer(0))
    if len(terms) != 1:
        return None
    ((n, b),) = terms.items()
    return a, b, n


def swapped_bernoulli(rate: Rate) -> Iterator[Integral]:
    """Yield the integral of an equation that is Bernoulli's for t as a function of y."""
    for integral in bernoulli(rate.swapped):
        yield Integral(integral.constant, f"As an equation for {rate.t}: {integral.words}")
