"""Reasons to doubt a fit, found in numbers and said in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...models.errors import counted, listing
from ..arrays import Float

STRONG = 0.5  # autocorrelation that nobody takes for chance
SIGNIFICANT = 2.0  # standard deviations
FEW = 3  # readings per parameter


def autocorrelation(residuals: Float) -> float:
    """Return the lag-1 autocorrelation of residuals in the order of time.

    The correlation of each residual with the next; nan for fewer than four, or where all are equal.
    """
    if residuals.size < 4:
        return float("nan")
    before, after = (r - r.mean() for r in (residuals[:-1], residuals[1:]))
    size = float(np.sqrt((before**2).sum() * (after**2).sum()))
    return float((before * after).sum()) / size if size > 0 else float("nan")


def runs(residuals: Float) -> float:
    """Return by how many standard deviations there are more runs of one sign than chance gives.

    A run is a stretch of residuals with one sign; few runs mean that the model misses something
    (Wald and Wolfowitz 1940, doi:10.1214/aoms/1177731909). Nan where all have one sign.
    """
    signs = np.sign(residuals[residuals != 0])
    above, below = int((signs > 0).sum()), int((signs < 0).sum())
    count = above + below
    if not above or not below or count < 3:
        return float("nan")
    seen = 1 + int((signs[1:] != signs[:-1]).sum())
    expected = 1 + 2 * above * below / count
    variance = (expected - 1) * (expected - 2) / (count - 1)
    return float((seen - expected) / np.sqrt(variance)) if variance > 0 else float("nan")


def about_residuals(observable: str, residuals: Float) -> list[str]:
    """Return what the pattern of one observable's residuals gives to doubt."""
    lag = autocorrelation(residuals)
    if not lag > SIGNIFICANT / np.sqrt(max(residuals.size, 1)):
        return []
    z = runs(residuals)
    if lag < STRONG and not z < -SIGNIFICANT:
        return []
    word = "strongly " if lag >= STRONG else ""
    few = (
        f", and they change sign too rarely ({abs(z):.1f} standard deviations)"
        if z < -SIGNIFICANT
        else ""
    )
    return [
        f"the residuals of {observable} are {word}autocorrelated (lag-1 {lag:.2f}){few}: the model "
        "misses something, and the standard errors are too small"
    ]


def about_bounds(names: Sequence[str]) -> list[str]:
    """Return what parameters at their bounds give to doubt."""
    if not names:
        return []
    verb, its = ("is", "its bound") if len(names) == 1 else ("are", "their bounds")
    return [
        f"{listing(names)} {verb} at {its}: the best value may lie outside, and no error is given; "
        "widen the range if that makes sense"
    ]


def about_errors(names: Sequence[str]) -> list[str]:
    """Return what errors wider than the bounds give to doubt."""
    if not names:
        return []
    verb, its = ("is", "its") if len(names) == 1 else ("are", "their")
    return [
        f"{listing(names)} {verb} hardly determined by the data: the standard error is larger than "
        f"the range between {its} bounds"
    ]


def about_data(n_data: int, n_parameters: int) -> list[str]:
    """Return what few readings give to doubt."""
    sizes = f"{counted(n_data, 'reading')} for {counted(n_parameters, 'parameter')}"
    if n_data <= n_parameters:
        return [
            f"{sizes}: the curve can pass through every one, so nothing is left to judge the model "
            "by, and no error is given"
        ]
    if n_data < FEW * n_parameters:
        return [f"{sizes} are few: errors and intervals are rough"]
    return []


def about_starts(n_starts: int, agree: int, failed: int, apart: Sequence[str]) -> list[str]:
    """Return what disagreement of the starts gives to doubt.

    Parameters
    ----------
    n_starts, agree, failed
        How many there were, how many reached the best value, how many could not be solved.
    apart
        Parameters on which starts with the best value differ.
    """
    found: list[str] = []
    if apart:
        found.append(
            f"starts that fit equally well differ in {listing(apart)}: the data allow several "
            "answers"
        )
    if agree == 1 and n_starts > 1:
        found.append(
            f"only one of {n_starts} starts reached the best fit, so there may be a better one: "
            "use more"
        )
    if failed:
        verb = "start" if failed == 1 else "starts"
        found.append(f"{failed} of {n_starts} {verb} could not be solved: are the bounds too wide?")
    return found
