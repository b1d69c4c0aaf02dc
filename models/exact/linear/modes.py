"""A matrix of numbers taken apart into its modes: exp(A*t) as exponentials and oscillations.

Eigenvalues and eigenvectors are found with many digits. Where eigenvalues nearly merge the vectors
nearly coincide, and digits are lost in proportion (Moler and Van Loan 2003, *Nineteen dubious ways
to compute the exponential of a matrix*, doi:10.1137/S00361445024180, method 14); then this is not
the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...notation import Notation, Shown
from ...tape import Builder, Tape, Value
from ...tape.precise import Precise
from .generators import Matrix
from .written import MatrixExponential

_DIGITS = 90
_UNIT = 310  # binary digits after the point in which the modes are kept
_LARGEST_CONDITION = 1000.0  # beyond, too few of sixteen digits are left
Complex = tuple[int, int]  # in units of 2^-_UNIT


@dataclass(frozen=True)
class Modes:
    """A = right * diag(rates) * left; of two conjugate modes only the one turning forward.

    Parameters
    ----------
    rates
        Eigenvalues.
    right
        For each state its share in each mode, twice that where the mode stands for two.
    left
        For each mode its share of each start value.
    """

    rates: tuple[Complex, ...]
    right: tuple[tuple[Complex, ...], ...]
    left: tuple[tuple[Complex, ...], ...]


def modes(matrix: Matrix, size: int) -> Modes | None:
    """Return the modes of a matrix of constants, None if it holds symbols or they nearly merge."""
    numbers = {place: value.constant for place, value in matrix.items()}
    if None in numbers.values():
        return None
    precise = Precise(_DIGITS)
    context = precise.context
    a = context.matrix(size, size)
    for (i, j), value in matrix.items():
        a[i, j] = precise(_of_nothing(value.constant or 0.0), {})[0]
    rates, right = context.eig(a)
    try:
        left = right**-1
    except ZeroDivisionError:
        return None
    if context.mnorm(right, "f") * context.mnorm(left, "f") > _LARGEST_CONDITION:
        return None
    tiny = context.mpf(10) ** (10 - _DIGITS)
    kept = [k for k in range(size) if context.im(rates[k]) > -tiny]
    twice = {k: 1 + (context.im(rates[k]) > tiny) for k in kept}
    return Modes(
        tuple(_whole(context, rates[k]) for k in kept),
        tuple(tuple(_whole(context, twice[k] * right[i, k]) for k in kept) for i in range(size)),
        tuple(tuple(_whole(context, left[k, j]) for j in range(size)) for k in kept),
    )


def _of_nothing(number: float) -> Tape:
    return Builder().finish([number])


def _whole(context: Any, number: Any) -> Complex:
    real, imaginary = (context.ldexp(part(number), _UNIT) for part in (context.re, context.im))
    return int(context.nint(real)), int(context.nint(imaginary))


def _double(number: Complex) -> complex:
    """Return the nearest double, of what is nothing but rounding zero."""
    real, imaginary = (part / 2**_UNIT for part in number)
    small = 2.0**-180
    return complex(real if abs(real) > small else 0.0, imaginary if abs(imaginary) > small else 0.0)


def by_modes(found: Modes, time: Value, start: Sequence[Value], states: int) -> list[Value]:
    """Return the first states of exp(A*time)*start."""
    zero = start[0].builder.constant(0.0)
    parts = [
        _turned(_double(rate), time, *_shared(found.left[k], start))
        for k, rate in enumerate(found.rates)
    ]
    values: list[Value] = []
    for row in found.right[:states]:
        total = zero
        for share, (real, imaginary) in zip(map(_double, row), parts, strict=True):
            total = total + share.real * real - share.imag * imaginary
        values.append(total)
    return values


def _shared(row: Sequence[Complex], start: Sequence[Value]) -> tuple[Value, Value]:
    """Return the real and imaginary part of a mode's start."""
    zero = start[0].builder.constant(0.0)
    real, imaginary = zero, zero
    for share, value in zip(map(_double, row), start, strict=True):
        real, imaginary = real + share.real * value, imaginary + share.imag * value
    return real, imaginary


def _turned(rate: complex, time: Value, real: Value, imaginary: Value) -> tuple[Value, Value]:
    """Return exp(rate*time)*(real + i*imaginary)."""
    grown = (rate.real * time).apply("exp")
    real, imaginary = grown * real, grown * imaginary
    if rate.imag == 0:
        return real, imaginary
    cosine, sine = (rate.imag * time).apply("cos"), (rate.imag * time).apply("sin")
    return real * cosine - imaginary * sine, real * sine + imaginary * cosine


@dataclass(frozen=True)
class ModalExponential:
    """exp(A*t)*y_0 of a matrix of numbers, evaluated by its modes.

    Parameters
    ----------
    whole
        What it is, as it is printed.
    modes
        Of the matrix with the states that the inputs need.
    start
        Where all of these start, over the parameters.
    """

    whole: MatrixExponential
    modes: Modes
    start: Tape

    def shown(self, notation: Notation) -> tuple[Shown, ...]:
        """Return the equations."""
        return self.whole.shown(notation)

    def values(self, precise: Precise, point: Mapping[str, Any]) -> Sequence[Any]:
        """Return every state with many digits."""
        return self._motion(precise, point, 0)

    def slopes(self, precise: Precise, point: Mapping[str, Any]) -> Sequence[Any]:
        """Return the derivative of every state by time, each mode's times its rate."""
        return self._motion(precise, point, 1)

    def _motion(self, precise: Precise, point: Mapping[str, Any], order: int) -> Sequence[Any]:
        context, system = precise.context, self.whole.system
        start = precise(self.start, point)
        elapsed = context.mpf(point[system.time]) - system.t0
        parts: list[Any] = []
        for rate, row in zip(self.modes.rates, self.modes.left, strict=True):
            z = _exact(context, rate)
            share = sum(_exact(context, w) * y for w, y in zip(row, start, strict=True))
            parts.append(share * z**order * context.exp(z * elapsed))
        rows = self.modes.right[system.n_states - self.whole.own : system.n_states]
        return [
            context.re(sum(_exact(context, v) * p for v, p in zip(row, parts, strict=True)))
            for row in rows
        ]


def _exact(context: Any, number: Complex) -> Any:
    real, imaginary = (context.ldexp(part, -_UNIT) for part in number)
    return context.mpc(real, imaginary) if imaginary else real
