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
