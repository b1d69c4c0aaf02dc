"""Integrals of exp(-x^2) and exp(x^2) composed of plain operations, exact to rounding."""

from __future__ import annotations

import math

from ..program import Value
from .series import choose, gaussian, kept, polynomial

_STEP = 0.5  # of the trapezoidal rule, whose error is then exp(-(pi/step)^2) = 1e-17
_TERMS = 12  # after which its terms are below rounding
_POLE = 6.0  # beyond, the pole lies so far away that it does not count
_SMALL = 1.0  # up to which the error function is summed
_FACTORS = [2.0**n / math.prod(range(1, 2 * n + 2, 2)) for n in range(30)]  # 2^n/(2n + 1)!!

_SAMPLE = 0.25  # the distance of Rybicki's samples, whose error is exp(-(pi/2/0.25)^2) = 1e-17
_SAMPLES = 13  # to each side
_NEAR = 0.5  # up to which Dawson's integral is summed
_SIGNED = [(-2.0) ** n / math.prod(range(1, 2 * n + 2, 2)) for n in range(16)]


def root_pi(beside: Value) -> Value:
    """Return the square root of pi, exact in whatever digits the tape is evaluated."""
    return beside.builder.constant(math.pi).apply("sqrt")


def scaled_complement(x: Value) -> Value:
    """Return exp(x^2)*erfc(x) for x of at least 0.5.

    By the trapezoidal rule on its Stieltjes integral, and the residue at the pole (Hunter and Regan
    1972, Mathematics of Computation 26, 539-541).
    """
    square, total = x * x, 1.0 / (x * x)
    for n in range(1, _TERMS + 1):
        place = (n * _STEP) ** 2
        total = total + 2.0 * math.exp(-place) / (place + square)
    near = x < _POLE
    inner = kept(x, near, 1.0)
    pole = 2.0 * (inner * inner).apply("exp") / (2.0 * math.pi / _STEP * inner).apply("expm1")
    return x * total * (_STEP / math.pi) - choose(near, pole, 0.0)


def small_error(x: Value) -> Value:
    """Return erf(x) for x between -1 and 1, by a series without cancellation (DLMF 7.6.2)."""
    square = x * x
    scale = 2.0 / math.sqrt(math.pi)
    return scale * x * (-square).apply("exp") * polynomial(square, _FACTORS)


def error(x: Value) -> Value:
    """Return erf(x)."""
    size = abs(x)
    small = size < _SMALL
    large = kept(size, size >= _SMALL, _SMALL)
    tail = x.apply("sign") * (1.0 - gaussian(large) * scaled_complement(large))
    return choose(small, small_error(kept(x, small, 0.0)), tail)


def complement(x: Value) -> Value:
    """Return erfc(x)."""
    small = abs(x) < _NEAR
    size = kept(abs(x), abs(x) >= _NEAR, _SMALL)
    tail = gaussian(size) * scaled_complement(size)
    tail = choose(x < 0.0, 2.0 - tail, tail)
    return choose(small, 1.0 - small_error(kept(x, small, 0.0)), tail)


def scaled(x: Value) -> Value:
    """Return exp(x^2)*erfc(x), infinite for x far below zero."""
    away = x >= _NEAR
    below = kept(x, x < _NEAR, 0.0)
    direct = (below * below).apply("exp") * complement(below)
    return choose(away, scaled_complement(kept(x, away, 1.0)), direct)


def dawson(x: Value) -> Value:
    """Return Dawson's integral exp(-x^2) * (integral of exp(s^2) from 0 to x).

    From samples at even distances (Rybicki 1989, Computers in Physics 3, 85-87).
    """
    small = abs(x) < _NEAR
    away = kept(abs(x), abs(x) >= _NEAR, 1.0)
    place = 2.0 * (away / (2.0 * _SAMPLE) + 0.5).apply("floor")
    rest = away - place * _SAMPLE
    growth, total = (2.0 * _SAMPLE * rest).apply("exp"), x.builder.constant(0.0)
    up, down, square = growth, 1.0 / growth, growth * growth
    for n in range(1, 2 * _SAMPLES, 2):
        weight = math.exp(-((n * _SAMPLE) ** 2))
        total = total + weight * (up / (place + n) + down / (place - n))
        up, down = up * square, down / square
    far = x.apply("sign") * (-(rest * rest)).apply("exp") * total / math.sqrt(math.pi)
    near = kept(x, small, 0.0)
    return choose(small, near * polynomial(near * near, _SIGNED), far)
