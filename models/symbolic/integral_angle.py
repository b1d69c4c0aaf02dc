"""Integrands that are rational in sine and cosine of one angle, made rational in one variable.

Of the sine, the cosine or the tangent, where the integrand is odd or even as it must be (Bioche's
rules); otherwise of the tangent of half the angle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..lazy import load

_HIGHEST = 6  # multiple of the angle that is multiplied out


def in_one_variable(integrand: Any, x: Any, u: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the integrand in another variable u, and what u is, the simplest first.

    Parameters
    ----------
    integrand, x
        In sympy's terms.
    u
        A new symbol.
    """
    sympy = load("sympy")
    found = _in_sine_and_cosine(integrand, x)
    if found is None:
        return
    whole, (s, c), angle, slope = found
    root = sympy.sqrt(1 - u**2)
    tangent = sympy.sqrt(1 + u**2)
    half = 1 + u**2
    forms: list[tuple[Any, Any]] = []
    for values, factor, back in (
        ((u, root), 1 / root, sympy.sin(angle)),
        ((root, u), -1 / root, sympy.cos(angle)),
        ((u / tangent, 1 / tangent), 1 / half, sympy.tan(angle)),
        ((2 * u / half, (1 - u**2) / half), 2 / half, sympy.tan(angle / 2)),
    ):
        plain = whole.subs(dict(zip((s, c), values, strict=True)), simultaneous=True)
        quotient = sympy.cancel(sympy.together(plain * factor / slope))
        if not quotient.has(root, tangent, sympy.zoo, sympy.nan) and quotient.is_rational_function(
            u
        ):
            forms.append((quotient, back))
    yield from sorted(forms, key=lambda form: int(form[0].count_ops()))


def _in_sine_and_cosine(integrand: Any, x: Any) -> tuple[Any, tuple[Any, Any], Any, Any] | None:
    """Return the integrand with symbols for sine and cosine, these, the angle and its slope."""
    sympy = load("sympy")
    waves = sympy.sin, sympy.cos, sympy.tan, sympy.cot, sympy.sec, sympy.csc
    angles = sorted({e.args[0] for e in integrand.atoms(*waves) if e.has(x)}, key=str)
    slopes = [sympy.diff(a, x) for a in angles]
    if not angles or any(slope.has(x) for slope in slopes):
        return None
    angle, slope = min(zip(angles, slopes, strict=True), key=lambda pair: abs(_size(pair[1])))
    multiples = [sympy.cancel(a / angle) for a in angles]
    if not all(m.is_Integer and abs(m) <= _HIGHEST for m in multiples):
        return None
    s, c, one = sympy.Dummy("s"), sympy.Dummy("c"), sympy.Dummy("angle", real=True)
    plain = integrand.xreplace({a: m * one for a, m in zip(angles, multiples, strict=True)})
    for wave in waves[2:]:
        plain = plain.replace(wave, _BY_SINE_AND_COSINE[wave.__name__])
    whole = sympy.expand_trig(plain).subs({sympy.sin(one): s, sympy.cos(one): c})
    return None if whole.has(x, one) else (whole, (s, c), angle, slope)


def _size(slope: Any) -> float:
    return float(slope) if slope.is_number else 1.0


def _ratio(above: str, below: str) -> Callable[[Any], Any]:
    """Return a quotient of two functions of an angle."""

    def of(angle: Any) -> Any:
        sympy = load("sympy")
        parts = {"sin": sympy.sin(angle), "cos": sympy.cos(angle), "1": sympy.S.One}
        return parts[above] / parts[below]

    return of


_BY_SINE_AND_COSINE = {
    "tan": _ratio("sin", "cos"), "cot": _ratio("cos", "sin"),
    "sec": _ratio("1", "cos"), "csc": _ratio("1", "sin"),
}  # fmt: skip
