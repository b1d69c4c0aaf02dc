"""The step of a Taylor series on the tape, and its dense output."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from ...models.errors import grouped
from ...models.system import FirstOrderSystem
from ...models.tape import Value
from ...models.tape.taylor import Coefficients, Expansion
from ..method import Method
from ..tableaux.taylor import TaylorSeries
from .program import Arguments, Program, inputs, slope, vector, within

LONGEST = 10_000  # operations of a step, which is one stretch of code
LAST = 4  # terms of a series that are known late


@lru_cache(maxsize=64)
def expansion(system: FirstOrderSystem) -> Expansion:
    """Return the rates of a system as what is to be followed in time."""
    rates = system.vector_field
    return Expansion(rates, rates.inputs[: 1 + system.n_states])  # time, however it is called


def refusal(system: FirstOrderSystem, method: Method) -> str | None:
    """Return why a system is not stepped by its series, or None if it is."""
    if not isinstance(method.tableau, TaylorSeries):
        return None
    order, count = method.tableau.order, len(system.vector_field.nodes)
    if count > LONGEST:  # to look closer takes seconds
        return _too_long(order, order * count)
    followed = expansion(system)
    if followed.obstacle:
        return (
            f"{method.name} is a series, which cannot be followed through {followed.obstacle!r} in "
            "the rates; dop853 only evaluates them"
        )
    work = followed.work(order)
    return _too_long(order, work) if work > LONGEST else None


def _too_long(order: int, work: int) -> str:
    return (
        f"a series of order {order} takes {grouped(work)} operations here, too many to be "
        "written out; dop853 takes fewer"
    )


def attempt(system: FirstOrderSystem, method: Method) -> Program:
    """Compose one attempted step.

    Coefficients are those of powers of the fraction of the step: with its length in them they
    need not be scaled, and a step is their sum.
    """
    n, order = system.n_states, _order(method)
    arguments: Arguments = (
        ("t", None), ("h", None), ("limit", None), ("y", n), ("f", n), ("p", system.n_parameters),
    )  # fmt: skip
    builder = inputs(arguments)
    t, h, limit = (builder.input(name) for name in ("t", "h", "limit"))
    y, p = vector(builder, "y", n), vector(builder, "p", system.n_parameters)
    found = Coefficients(expansion(system), builder, [t, *y, *p])
    rows = [[h * f for f in vector(builder, "f", n)]]
    for k in range(1, order):
        time = h if k == 1 else builder.constant(0.0)
        found.extend({0: time, **dict(enumerate(rows[-1], start=1))})
        part = h * (1.0 / (k + 1))
        rows.append([part * rate for rate in found.outputs])
    sums = [_sums(found, terms) for terms in zip(*rows, strict=True)]
    new = [a + total for a, (total, _) in zip(y, sums, strict=True)]
    end = slope(builder, system, within(system, t + h, limit, 0.0 <= h), new, p)
    error = [
        (h * f - weighted) * (1.0 / (order + 1)) for f, (_, weighted) in zip(end, sums, strict=True)
    ]
    kept = [x for row in rows for x in row]
    return Program("attempt", builder.finish([*new, *error, *end, *kept]), arguments)


def _sums(found: Coefficients, terms: Sequence[Value]) -> tuple[Value, Value]:
    """Return the sum of a series, and that of its terms times their order: its slope at the end.

    What is added up of the first terms does not wait for the last ones.
    """
    last, steep = _added(found, terms[-LAST:])
    before = terms[:-LAST]
    if not before:
        return last, steep
    first, rising = _added(found, before)
    steep = found.sum([steep, float(len(before)) * last])
    return found.sum([first, last]), found.sum([rising, steep])


def _added(found: Coefficients, terms: Sequence[Value]) -> tuple[Value, Value]:
    """Return the sum of terms, small ones first, and the sum of what it comes to on the way.

    That has the first term once, the second twice and so on, without a product.
    """
    total = weighted = terms[-1]
    for term in terms[-2::-1]:
        total = found.sum([term, total])
        weighted = found.sum([weighted, total])
    return total, weighted


def interpolate(system: FirstOrderSystem, method: Method) -> Program:
    """Compose the dense output: the polynomial, by Horner's rule."""
    n, order = system.n_states, _order(method)
    arguments: Arguments = (
        ("theta", None), ("h", None), ("y", n), ("z", n), ("k", n * order),
    )  # fmt: skip
    builder = inputs(arguments)
    theta, rows = builder.input("theta"), vector(builder, "k", n * order)
    values = vector(builder, "y", n)
    for i, start in enumerate(values):
        total = builder.constant(0.0)
        for x in reversed(rows[i::n]):
            total = (total + x) * theta
        values[i] = start + total
    return Program("interpolate", builder.finish(values), arguments)


def _order(method: Method) -> int:
    assert isinstance(method.tableau, TaylorSeries)
    return method.tableau.order
