"""Coefficients of stepping formulas: exact rationals or published decimals."""

from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

Number: TypeAlias = Fraction | float
"""Exact where the source gives a rational, the source's digits where it gives a decimal."""

Row: TypeAlias = tuple[Number, ...]
"""A row of a tableau, its weights, or a polynomial's coefficients."""


def numbers(text: str) -> Row:
    """Return the coefficients written in a line, separated by blanks.

    >>> numbers("1/2 -3 0.25")
    (Fraction(1, 2), Fraction(-3, 1), 0.25)
    """
    return tuple(float(word) if "." in word else Fraction(word) for word in text.split())


def dot(weights: Iterable[Number], values: Iterable[Number]) -> Number:
    """Return the sum of products, as far as the shorter of the two goes; exact for rationals."""
    return sum((w * v for w, v in zip(weights, values, strict=False)), Fraction(0))


def quartic_extension(b: Row, bump: Row) -> tuple[Row, ...]:
    """Return the dense output of a first-same-as-last method that is a quartic in theta.

    Parameters
    ----------
    b
        Weights of the solution, one per stage.
    bump
        One number per stage: its multiple of theta^2 (1 - theta)^2.

    Returns
    -------
    tuple
        Per stage, the coefficients of b_i(theta) from theta^1 to theta^4.

    Notes
    -----
    The first and last stages are the slopes at the two ends, so the cubic Hermite polynomial is a
    combination of stages. A quartic that keeps both ends in value and slope can add to it only
    multiples of theta^2 (1 - theta)^2; ``bump`` therefore says all there is to say. This is the
    form in which Hairer, Nørsett and Wanner (section II.6) program the extension of dopri5.
    """
    last = len(b) - 1
    return tuple(
        (
            Fraction(i == 0),
            3 * w + d - 2 * (i == 0) - (i == last),
            (i == 0) + (i == last) - 2 * (w + d),
            d,
        )
        for i, (w, d) in enumerate(zip(b, bump, strict=True))
    )


# Polynomials in theta, from theta^1 to theta^5, that are 1 in one respect and 0 in the others.
_QUINTIC = {
    "middle value": numbers("0 16 -32 16 0"),
    "end value": numbers("0 7 -34 52 -24"),
    "first slope": numbers("1 -6 13 -12 4"),
    "middle slope": numbers("0 -8 32 -40 16"),
    "end slope": numbers("0 -1 5 -8 4"),
}


def quintic_extension(b: Row, b_middle: Row, middle: int) -> tuple[Row, ...]:
    """Return the dense output through values and slopes at both ends and in the middle of a step.

    Parameters
    ----------
    b, b_middle
        Weights of the solution at the end and in the middle of the step, one per stage.
    middle
        Number of the stage that is the slope in the middle; the first and the last stages are the
        slopes at the ends.

    Returns
    -------
    tuple
        Per stage, the coefficients of b_i(theta) from theta^1 to theta^5.
    """
    slopes = {0: "first slope", middle: "middle slope", len(b) - 1: "end slope"}
    none = (Fraction(0),) * 5
    return tuple(
        tuple(
            half * m + end * w + s
            for m, w, s in zip(
                _QUINTIC["middle value"],
                _QUINTIC["end value"],
                _QUINTIC[slopes[i]] if i in slopes else none,
                strict=True,
            )
        )
        for i, (half, end) in enumerate(zip(b_middle, b, strict=True))
    )


def nested_extension(b: Row, end: int, rest: tuple[Row, ...]) -> tuple[Row, ...]:
    """Return the dense output that adds terms in theta and 1 - theta in turn.

    ::

        y + theta (F_0 + (1 - theta) (F_1 + theta (F_2 + (1 - theta) (F_3 + …))))

    F_0, F_1 and F_2 are those of a cubic through the values and slopes at both ends; so DOP853 and
    its relatives are programmed (Hairer, Nørsett and Wanner 1993, section II.6).

    Parameters
    ----------
    b
        Weights of the solution, one per stage.
    end
        Number of the stage that is the slope at the new point; the first stage is that at the old.
    rest
        Weights of the further terms, one row each.

    Returns
    -------
    tuple
        Per stage, the coefficients of b_i(theta) from theta^1 upward.
    """
    columns = zip(*rest, strict=True)
    return tuple(
        _nested([w, (i == 0) - w, 2 * w - (i == 0) - (i == end), *column])
        for i, (w, column) in enumerate(zip(map(_exact, b), columns, strict=True))
    )


def _nested(terms: list[Number]) -> Row:
    """Return theta (F_0 + (1 - theta) (F_1 + theta (…))) in powers of theta, from theta^1."""
    powers = [Fraction(0)]
    for place in range(len(terms) - 1, -1, -1):
        powers[0] += _exact(terms[place])
        shifted = [Fraction(0), *powers]
        powers = shifted if place % 2 == 0 else [
            p - s for p, s in zip([*powers, Fraction(0)], shifted, strict=True)
        ]  # fmt: skip
    return tuple(float(x) for x in powers[1:])


def _exact(x: Number) -> Fraction:
    return Fraction(str(x))
