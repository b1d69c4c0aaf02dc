"""Steady answers of two linear equations: the resolvent of their matrix at the rate of an input."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import factorial

from ...tape import Value
from .affine import Affine
from .forcing import Term
from .identity import Identity
from .particular import along

Pair = tuple[Value, Value]


class Resolvent:
    """(z - A)^-1 of a matrix of two rows.

    Parameters
    ----------
    system
        Two equations with constant coefficients.
    simple
        Writes a value free of time in a short form.
    identity
        Tells what is zero.
    """

    def __init__(
        self, system: Affine, simple: Callable[[Value], Value], identity: Identity
    ) -> None:
        self.system, self.simple, self.identity = system, simple, identity
        self.zero = system.builder.constant(0.0)
        self.a, self.b, self.c, self.d = (
            simple(system.matrix.get(place, self.zero))
            for place in ((0, 0), (0, 1), (1, 0), (1, 1))
        )

    def steady(self, terms: Iterable[tuple[int, Term]]) -> list[Value] | None:
        """Return a particular solution, None where an exponential resonates.

        Parameters
        ----------
        terms
            The inputs, each with the row it enters.
        """
        total = [self.zero, self.zero]
        for row, term in terms:
            answer = self._real(row, term) if term.frequency is None else self._wave(row, term)
            if answer is None:
                return None
            total = [t + v for t, v in zip(total, answer, strict=True)]
        return total

    def _real(self, row: int, term: Term) -> list[Value] | None:
        time, k = self.system.elapsed, term.power
        rate = self.zero if term.rate is None else self.simple(term.rate)
        determinant = self.simple((rate - self.a) * (rate - self.d) - self.b * self.c)
        if self.identity.is_zero(determinant):
            return None
        v = [term.coefficient if i == row else self.zero for i in range(2)]
        total = [self.zero, self.zero]
        for j in range(k + 1):
            above = (rate - self.d) * v[0] + self.b * v[1], self.c * v[0] + (rate - self.a) * v[1]
            v = [self.simple(n / determinant) for n in above]
            weight = (-1) ** j * factorial(k) // factorial(k - j)
            total = [t + weight * x * time ** (k - j) for t, x in zip(total, v, strict=True)]
        if term.rate is None:
            return total
        shape = along(rate, time).apply("exp")
        return [t * shape for t in total]

    def _wave(self, row: int, term: Term) -> list[Value] | None:
        assert term.frequency is not None
        if term.power:
            return None
        time, w = self.system.elapsed, self.simple(term.frequency)
        rate = self.zero if term.rate is None else self.simple(term.rate)
        x, y = self.simple(rate - self.a), self.simple(rate - self.d)
        real = self.simple(x * y - w**2 - self.b * self.c)
        imaginary = self.simple((x + y) * w)
        if imaginary.constant == 0:
            return self._in_phase(row, term, real)
        size = self.simple(imaginary if real.constant == 0 else real**2 + imaginary**2)
        above: list[Pair] = (
            [(y, w), (self.c, self.zero)] if row == 0 else [(self.b, self.zero), (x, w)]
        )
        angle = along(w, time)
        cosine, sine = angle.apply("cos"), angle.apply("sin")
        values: list[Value] = []
        for n, m in above:
            re, im = m, -n
            if real.constant != 0:
                re = self.simple(n * real + m * imaginary)
                im = self.simple(m * real - n * imaginary)
            wave = re * sine + im * cosine if term.is_sine else re * cosine - im * sine
            values.append(self.simple(term.coefficient) * wave / size)
        return values if term.rate is None else [v * along(rate, time).apply("exp") for v in values]

    def _in_phase(self, row: int, term: Term, determinant: Value) -> list[Value] | None:
        """Return the answer where nothing is lost, a wave without delay; at resonance it grows."""
        if term.frequency is None:
            return None
        resonates = self.identity.is_zero(determinant)
        time, w = self.system.elapsed, self.simple(term.frequency)
        rate = self.zero if term.rate is None else self.simple(term.rate)
        x, y = self.simple(rate - self.a), self.simple(rate - self.d)
        above: list[Pair] = (
            [(y, w), (self.c, self.zero)] if row == 0 else [(self.b, self.zero), (x, w)]
        )
        angle = along(w, time)
        cosine, sine = angle.apply("cos"), angle.apply("sin")
        shape = self.system.builder.constant(1.0)
        if term.rate is not None:
            shape = along(rate, time).apply("exp")
        values: list[Value] = []
        if resonates:
            return self._risen(row, term, above, [cosine * shape, sine * shape])
        for n, m in above:
            n, m = (self.simple(term.coefficient * part / determinant) for part in (n, m))
            values.append(
                (n * sine + m * cosine if term.is_sine else n * cosine - m * sine) * shape
            )
        return values

    def _risen(self, row: int, term: Term, above: list[Pair], waves: list[Value]) -> list[Value]:
        """Return the answer at resonance, of z = rate + i*w among the eigenvalues.

        It is the real or imaginary part of (t*N*v + v)*exp(z*t)/(2*i*w), N the adjugate of z - A
        and v the direction of the input: N + z - A is 2*i*w times the unit matrix.
        """
        assert term.frequency is not None
        time, (cosine, sine) = self.system.elapsed, waves
        share = self.simple(term.coefficient / (2 * self.simple(term.frequency)))
        values: list[Value] = []
        for i, (n, m) in enumerate(above):
            n, m = (self.simple(share * part) * time for part in (n, m))
            wave = m * sine - n * cosine if term.is_sine else m * cosine + n * sine
            beside = -cosine if term.is_sine else sine
            values.append(wave + share * beside if i == row else wave)
        return values
