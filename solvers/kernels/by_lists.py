"""Long tapes evaluated by numpy as lists: one call for all values that one operation gives."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...models.tape import Tape
from ...models.tape.differentiate import jacobian
from ..arrays import AT_ONCE, Float
from .listing import Each, Listing, Sums, Terms, listing
from .python import NUMPY, compiled


def rows_by_lists(tape: Tape, arguments: Sequence[tuple[str, int | None]]) -> Callable[..., Float]:
    """Return the function that `evaluate.rows_function` makes, for a long tape."""
    lists = listing(tape)
    alone = [n is None for _, n in arguments]
    width = max(1, AT_ONCE // (lists.size + lists.longest))

    def rows(*values: Float | float) -> Float:
        given = [np.asarray(v, dtype=np.float64) for v in values]
        given = [v[None] if one else v for v, one in zip(given, alone, strict=True)]
        shape = np.broadcast_shapes(*(v.shape[1:] for v in given))
        batch = math.prod(shape)
        result: Float = np.empty((len(lists.outputs), batch))
        if batch == 1:  # as most, one step after another: all that is done beside counts
            inputs = np.concatenate([v.reshape(-1, 1) for v in given])
        else:
            wide = [np.broadcast_to(v, (len(v), *shape)).reshape(len(v), -1) for v in given]
            inputs = np.concatenate(wide)
        for begin in range(0, batch, width):
            part = slice(begin, begin + width)
            result[:, part] = _values(lists, inputs[lists.inputs, part])[lists.outputs]
        return result.reshape((len(lists.outputs), *shape))

    return rows


def _values(lists: Listing, inputs: Float) -> Float:
    """Return all values, (place, batch)."""
    first = len(inputs), len(inputs) + len(lists.constants)
    found: Float = np.empty((lists.size, inputs.shape[1]))
    found[: first[0]] = inputs
    found[first[0] : first[1]] = lists.constants[:, None]
    with np.errstate(all="ignore"):
        for item in lists.work:
            if isinstance(item, Sums):
                _add_up(item, found)
            else:
                _apply(item, found)
    return found


def _apply(item: Each, found: Float) -> None:
    arguments = tuple((name, None) for name in item.element.inputs)
    function: Callable[..., tuple[Any, ...]] = compiled(item.element, "element", arguments, NUMPY)
    end = item.begin + len(item.places[0])
    (found[item.begin : end],) = function(*(found[places] for places in item.places))


def _add_up(item: Sums, found: Float) -> None:
    totals = found[item.begin : item.begin + item.count]
    totals[:] = 0.0
    for terms in item.terms:
        some, starts = terms.filled
        totals[some] += np.add.reduceat(_products(terms, found), starts, axis=0)


def _products(terms: Terms, found: Float) -> Float:
    right = found[terms.right]
    if terms.scales is not None:
        right *= terms.scales[:, None]
        return right
    return terms.sign * found[terms.left] * right


def bound_of_rows(tape: Tape, inputs: Float, by: range) -> Float:
    """Return bounds of the row sums of a long tape's Jacobian, in absolute values, (batch,).

    What is passed on by each operation is the size of its slope times what its arguments passed on,
    so that no derivative is written down. It is nan or inf where that is not known.

    Parameters
    ----------
    tape
        The program.
    inputs
        Its inputs, (input, batch).
    by
        Positions of the inputs by which it is differentiated.
    """
    lists = listing(tape)
    found = np.zeros(inputs.shape[1])
    width = max(1, AT_ONCE // (2 * (lists.size + lists.longest)))
    for begin in range(0, len(found), width):
        part = slice(begin, begin + width)
        values = _values(lists, inputs[lists.inputs, part])
        passed: Float = np.zeros_like(values)
        passed[: len(lists.inputs)][(lists.inputs >= by.start) & (lists.inputs < by.stop)] = 1.0
        with np.errstate(all="ignore"):
            for item in lists.work:
                _pass_on(item, values, passed)
        found[part] = passed[lists.outputs].max(axis=0, initial=0.0)
    return found


def _pass_on(item: Each | Sums, values: Float, passed: Float) -> None:
    if isinstance(item, Each):
        passed[item.begin : item.begin + len(item.places[0])] = _through(item, values, passed)
        return
    totals = passed[item.begin : item.begin + item.count]
    for terms in item.terms:
        some, starts = terms.filled
        totals[some] += np.add.reduceat(_sizes(terms, values, passed), starts, axis=0)


def _through(item: Each, values: Float, passed: Float) -> Float:
    slopes = jacobian(item.element, item.element.inputs)
    arguments = tuple((name, None) for name in item.element.inputs)
    function: Callable[..., tuple[Any, ...]] = compiled(slopes.tape, "slopes", arguments, NUMPY)
    total: Float = np.zeros((len(item.places[0]), values.shape[1]))
    for k, slope in zip(slopes.columns, function(*(values[p] for p in item.places)), strict=True):
        total += _product(np.abs(slope), passed[item.places[k]])
    return total


def _sizes(terms: Terms, values: Float, passed: Float) -> Float:
    if terms.scales is not None:
        return np.abs(terms.scales)[:, None] * passed[terms.right]
    one = _product(np.abs(values[terms.left]), passed[terms.right])
    return one + _product(np.abs(values[terms.right]), passed[terms.left])


def _product(slope: Float, passed: Float) -> Float:
    """Return products; nothing that is passed on stays nothing, however steep."""
    return np.where(passed > 0, slope * passed, np.where(np.isnan(passed), np.nan, 0.0))
