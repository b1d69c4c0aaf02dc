"""The sums of squares of a fit as a tally, with their derivatives where these are wanted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...models.tape import Builder, Value
from ..arrays import Float, Int
from ..tally import Tally
from .experiment import Readings
from .observation import Observation

Piece = tuple[Observation, Readings, Int]
"""An observable, what was read of it, and the number of the output time of each reading."""


def squares(
    pieces: Sequence[Piece], noises: Sequence[int], n_noises: int, *, slopes: bool,
    products: bool = False,
) -> Tally:  # fmt: skip
    """Return the sum of squared residuals of each noise, then its slopes, noise after noise.

    Parameters
    ----------
    pieces
        What is compared.
    noises
        Of each piece, the number of its noise.
    n_noises
        How many there are.
    slopes
        Whether the sums are followed by their derivatives by what is free; the states are then
        followed by their sensitivities, as in `Observation.linear`.
    products
        Whether these are followed by the sums of products of two derivatives of the residuals, row
        after row of the upper triangle of Gauss and Newton's normal matrix.
    """
    places, readings, there = _rows(pieces)
    tapes = [o.linear if slopes else o.residual for o, _, _ in pieces]
    common = tapes[0].inputs[:-1]
    complete = [bool(mask.all()) for mask in there]
    masks = [f"there[{i}]" for i, whole in enumerate(complete) if not whole]
    builder = Builder((*common, *(f"reading[{i}]" for i in range(len(pieces))), *masks))
    bindings = builder.inputs[: len(common)]
    n_slopes = len(tapes[0].outputs) - 1
    width = 1 + n_slopes + (n_slopes * (n_slopes + 1) // 2 if products else 0)
    terms = [[builder.constant(0.0)] * width for _ in range(n_noises)]
    for i, (tape, noise) in enumerate(zip(tapes, noises, strict=True)):
        residual, *by = builder.inline(tape, [*bindings, builder.input(f"reading[{i}]")])
        squared = [residual * residual, *(2.0 * residual * slope for slope in by)]
        if products:
            squared += [a * b for k, a in enumerate(by) for b in by[k:]]
        if not complete[i]:
            squared = [_where(builder.input(f"there[{i}]"), s) for s in squared]
        terms[noise] = [a + b for a, b in zip(terms[noise], squared, strict=True)]
    rows = [*readings, *(mask for mask, whole in zip(there, complete, strict=True) if not whole)]
    return Tally(builder.finish(t for noise in terms for t in noise), places, np.array(rows))


def _where(there: Value, term: Value) -> Value:
    return there.apply("select", term, 0.0)


def _rows(pieces: Sequence[Piece]) -> tuple[Int, list[Float], list[Float]]:
    """Return the output time of each row, and per piece its readings and whether there is one.

    Replicates are rows of their own: a row has at most one reading of each observable.
    """
    keys = [np.stack([place, _ranks(place)], axis=1) for _, _, place in pieces]
    rows, number = np.unique(np.concatenate(keys), axis=0, return_inverse=True)
    readings: list[Float] = []
    there: list[Float] = []
    begin = 0
    for _, seen, place in pieces:
        at = number.reshape(-1)[begin : begin + len(place)]
        values, mask = np.ones(len(rows)), np.zeros(len(rows))
        values[at], mask[at] = seen.values, 1.0
        readings.append(values)
        there.append(mask)
        begin += len(place)
    return rows[:, 0], readings, there


def _ranks(place: Int) -> Int:
    """Return of each reading how many with the same time came before it; places ascend."""
    first = np.searchsorted(place, place)
    return np.arange(len(place)) - first
