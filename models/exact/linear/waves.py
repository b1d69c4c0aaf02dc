"""One linear equation driven by sines and cosines, safe where its rate and the wave's vanish."""

from __future__ import annotations

from collections.abc import Sequence
from math import factorial

from ...tape import Value
from .affine import Affine
from .divided import chain_response
from .forcing import Term

_NEAR = 0.5  # below this size of the exponent the series is summed
_TERMS = 18


def answer_to_waves(system: Affine, terms: Sequence[Sequence[Term]]) -> Value | None:
    """Return the solution of one equation, None if an input is switched or a rising wave."""
    if any(t.begin is not None or (t.frequency is not None and t.power) for t in terms[0]):
        return None
    zero = system.builder.constant(0.0)
    rate, time = system.matrix.get((0, 0), zero), system.elapsed
    total = system.start[0] * (rate * time).apply("exp")
    for term in terms[0]:
        own = zero if term.rate is None else term.rate
        if term.frequency is None:
            before = term.power + 1
            entering = [*[zero] * before, zero + factorial(term.power)]
            answer = chain_response(system, [rate, *[own] * before], entering)
        else:
            answer = _wave(rate, own, term.frequency, time, is_sine=term.is_sine)
        total = total + term.coefficient * answer
    return total


def _wave(rate: Value, own: Value, frequency: Value, time: Value, *, is_sine: bool) -> Value:
    """Return the real or imaginary part of (exp(z*t) - exp(rate*t))/(z - rate), z = own + i*f."""
    x, y = (own - rate) * time, frequency * time
    near = x * x + y * y < _NEAR**2
    close = _near(near.apply("select", x, 0.0), near.apply("select", y, 0.0), is_sine=is_sine)
    grown, size = (own * time).apply("exp"), near.apply("select", 1.0, x * x + y * y)
    real, imaginary = grown * y.apply("cos") - (rate * time).apply("exp"), grown * y.apply("sin")
    away = imaginary * x - real * y if is_sine else real * x + imaginary * y
    return time * near.apply("select", (rate * time).apply("exp") * close, away / size)


def _near(x: Value, y: Value, *, is_sine: bool) -> Value:
    """Return the real or imaginary part of (exp(x + i*y) - 1)/(x + i*y), by Horner's rule."""
    real, imaginary = x.builder.constant(1.0 / factorial(_TERMS)), x.builder.constant(0.0)
    for n in range(_TERMS - 1, 0, -1):
        real, imaginary = real * x - imaginary * y + 1.0 / factorial(n), real * y + imaginary * x
    return imaginary if is_sine else real
