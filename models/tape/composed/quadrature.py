"""Integrals as plain operations of a tape: Gauss and Legendre's rule, and whether it suffices.

The rule of n nodes is exact for polynomials of degree 2*n - 1 (DLMF 3.5(v)). Where the integrand
is analytic, its coefficients in Legendre's polynomials fall off geometrically with their degree
(Trefethen 2008, SIAM Review 50, 67-87, doi:10.1137/060659831). How they fall from n/3 to 2*n/3,
which costs no further evaluation, tells what those of 2*n are, of which the error is made: four
such steps on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache, lru_cache, reduce
from typing import Any, NamedTuple

from ..program import Value

NODES = 64
_BITS = 100  # of doubles and some for rounding
_TAIL = 4  # coefficients looked at each time: with some symmetry every other one vanishes
_ON = 4  # steps of n/3 degrees from the last ones looked at to those the error is made of
_GUARD = 64  # binary digits more than asked for
_SLIGHT = 1e-14  # relative, of the error that is expected


class Rule(NamedTuple):
    """Nodes and weights between 0 and 1, and weights that give the coefficients looked at.

    The first half of these are of degrees from n/3, the others from 2*n/3.
    """

    nodes: tuple[Any, ...]
    weights: tuple[Any, ...]
    tails: tuple[tuple[Any, ...], ...]


def rule(n: int, bits: int, number: Callable[[int], Any]) -> Rule:
    """Return the rule of n nodes, found in integers that count the unit in a power of two.

    Parameters
    ----------
    n
        How many nodes.
    bits
        The unit is 2^bits.
    number
        Makes what counts so many units a number of the arithmetic wanted.
    """
    rows = [_node(n, i, bits) for i in range(n)]
    nodes, weights, tails = zip(*rows, strict=True)
    columns = zip(*tails, strict=True)
    return Rule(
        tuple(map(number, nodes)), tuple(map(number, weights)),
        tuple(tuple(map(number, column)) for column in columns),
    )  # fmt: skip


def _node(n: int, i: int, bits: int) -> tuple[int, int, list[int]]:
    """Return one node, its weight, and what it counts in the coefficients of the tail."""
    one = 1 << bits
    x = -int(math.cos(math.pi * (i + 0.75) / (n + 0.5)) * 2.0**60) << (bits - 60)
    while True:
        values = _legendre(n, x, bits)
        slope = n * ((x * values[n] >> bits) - values[n - 1]) * one // ((x * x >> bits) - one)
        step = values[n] * one // slope
        x -= step
        if abs(step) >> (bits // 2) == 0:  # the next one is below what is counted
            break
    values = _legendre(n, x, bits)
    slope = n * ((x * values[n] >> bits) - values[n - 1]) * one // ((x * x >> bits) - one)
    weight = one**4 // ((one - (x * x >> bits)) * slope * slope)
    degrees = (begin + k for begin in (n // 3, 2 * n // 3) for k in range(_TAIL))
    return (one + x) // 2, weight, [(2 * k + 1) * (values[k] * weight >> bits) for k in degrees]


def _legendre(n: int, x: int, bits: int) -> list[int]:
    """Return Legendre's polynomials of the degrees 0 to n at a number (DLMF 18.9.1)."""
    values = [1 << bits, x]
    for k in range(1, n):
        values.append(((2 * k + 1) * (x * values[k] >> bits) - k * values[k - 1]) // (k + 1))
    return values


@cache
def _doubles() -> Rule:
    """Return the rule for a tape; nodes gather at both ends, where integrands are steep.

    With s = u^2*(3 - 2*u) an integral over s is one over u, and both ends are reached at rest.
    """
    plain = rule(NODES, _BITS, lambda units: units / 2.0**_BITS)
    nodes = tuple(u * u * (3.0 - 2.0 * u) for u in plain.nodes)
    paces = [6.0 * u * (1.0 - u) for u in plain.nodes]

    def paced(weights: Sequence[float]) -> tuple[float, ...]:
        return tuple(w * p for w, p in zip(weights, paces, strict=True))

    return Rule(nodes, paced(plain.weights), tuple(map(paced, plain.tails)))


class Integral(NamedTuple):
    """An integral, and a value that is not zero where the rule gives it to rounding."""

    value: Value
    resolved: Value


def integral(integrand: Callable[[Value], Value], begin: Value, end: Value) -> Integral:
    """Return the integral of a function between two values.

    Parameters
    ----------
    integrand
        From the variable; analytic from one end to the other.
    begin, end
        The ends.
    """
    given, span = _doubles(), end - begin
    values = [integrand(begin + x * span) for x in given.nodes]
    size = _total(given.weights, [abs(v) for v in values])
    tails = [abs(_total(weights, values)) for weights in given.tails]
    third, last = (reduce(_larger, band) for band in (tails[:_TAIL], tails[_TAIL:]))
    falling = last / size * (last / third) ** _ON <= _SLIGHT  # nan of nothing, which is slight
    resolved = falling | (last <= _SLIGHT * size)
    return Integral(span * _total(given.weights, values), resolved)


def _larger(one: Value, other: Value) -> Value:
    return one.apply("max", other)


def _total(weights: Sequence[float], values: Sequence[Value]) -> Value:
    """Return a weighted sum, added in pairs: rounding then hardly grows."""
    terms = [w * v for w, v in zip(weights, values, strict=True)]
    while len(terms) > 1:
        terms = [a + b for a, b in zip(terms[::2], terms[1::2], strict=True)]
    return terms[0]


def precisely(
    integrand: Callable[[Any], Any], begin: Any, end: Any, context: Any,
    rules: Sequence[int] = (20, 40, 80, 160),
) -> Any:  # fmt: skip
    """Return an integral with the digits of a context of mpmath, nan where no rule suffices.

    The tail of a short rule may be small by chance, or where it falls slowly be told from where it
    fell fast: it also has to agree with the rule before, to three quarters of the digits, where
    twice as many nodes would double them.

    Parameters
    ----------
    integrand, begin, end
        What is integrated, and the ends.
    context
        The arithmetic.
    rules
        How many nodes the rules have that are tried.
    """
    slight = context.mpf(10) ** (2 - context.dps)  # two digits are left to rounding
    if begin == end:
        return context.zero
    before = context.nan
    for nodes in rules:
        given, span = _numbers(nodes, context), end - begin
        values = [integrand(begin + x * span) for x in given.nodes]
        if not all(map(context.isfinite, values)):
            return context.nan
        size = context.fdot(given.weights, map(abs, values))
        tails = [abs(context.fdot(w, values)) for w in given.tails]
        third, last = max(tails[:_TAIL]), max(tails[_TAIL:])
        total = context.fdot(given.weights, values)
        small = last <= slight * size or last * (last / third) ** _ON <= slight * size
        if small and abs(total - before) <= slight**0.75 * size:
            return span * total
        before = total
    return context.nan


@lru_cache(maxsize=8)
def _numbers(nodes: int, context: Any) -> Rule:
    """Return a rule in numbers of a context of mpmath."""
    bits = int(context.prec) + _GUARD

    def read(units: tuple[int, ...]) -> tuple[Any, ...]:
        return tuple(context.ldexp(context.mpf(u), -bits) for u in units)

    given = _many(nodes, bits)
    return Rule(read(given.nodes), read(given.weights), tuple(map(read, given.tails)))


@cache
def _many(nodes: int, bits: int) -> Rule:
    """Return a rule in integers, for many digits."""
    return rule(nodes, bits, int)
