"""Abel's equation dy/dt = a*y^3 + b*y^2 + c*y + d, and higher degrees, around the middle of it.

With y = u + m(t), m = -b/(3*a), there is no square any more: du/dt = a*u^3 + p*u + q, solved where
q is zero, which is Bernoulli's equation, or where it separates (Kamke 1961,
*Differentialgleichungen: Lösungsmethoden und Lösungen*, part A, section 4.10). A polynomial of
degree n has its middle at -b/(n*a).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..exact.linear.identity import Identity
from ..exact.reduction.change import Change
from ..exact.reduction.page import Page, free_of, is_zero
from ..exact.solvable import Block
from ..notation import chain
from ..symbolic.rational import simplified
from ..tape import Tape
from ..tape.differentiate import derivative

_LOWEST, _HIGHEST = 3, 5  # degree that is looked at; of the second it is Riccati's
_LONGEST = 60  # operations of a rate that is looked at
_CHOOSING = frozenset("floor sign lt le eq select min max abs".split())


@dataclass(frozen=True)
class CentredPowersClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "Abel's equation of the first kind, without its square"

    @property
    def order(self) -> int:
        """After equations in the distance to a curve, which is seen as it is written."""
        return 28

    def recognise(self, block: Block) -> Change | None:
        """Return the equation around its middle, None if that is none that is solved."""
        field = block.system.vector_field
        if block.system.n_states != 1 or len(field.nodes) > _LONGEST:
            return None
        if any(n.op in _CHOOSING for n in field.nodes):
            return None
        middle = _middle(block)
        return None if middle is None else _change(block, middle)


SOLVABLE = CentredPowersClass()


def _middle(block: Block) -> Tape | None:
    """Return m, from time and parameters, None where the rate is no polynomial or has m = 0."""
    system, (y,) = block.system, block.states
    page = Page((system.time, y, *system.parameters))
    powers = [page.all(system.vector_field)]
    while not is_zero(powers[-1]):
        if len(powers) > _HIGHEST + 1:
            return None
        powers.append(page.all(simplified(page.all(derivative(powers[-1], y)))))
    if len(powers) < _LOWEST + 2:
        return None
    above, below = page.put(powers[-3]), page.put(powers[-2])
    middle = free_of(page.of(page[y] - above / below), [y])
    return None if middle is None or is_zero(middle) else middle


def _change(block: Block, middle: Tape) -> Change | None:
    """Return the equation of u = y - m, if it is Bernoulli's or separates."""
    system, (y,) = block.system, block.states
    u = block.notation.fresh("u", "w", "q", "u_1")
    page = Page((system.time, u, *system.parameters))
    moved = page.put(derivative(Page((system.time, *system.parameters)).all(middle), system.time))
    rate = page.put(system.vector_field, {y: page[u] + page.put(middle)}) - moved
    rates = page.all(simplified(page.of(rate)))
    if not _is_solved(rates, system.time, u):
        return None
    start = Page(system.parameters)
    (begun,) = start.every(system.start)
    there = start.put(middle, {system.time: system.t0})
    back = Page((system.time, *system.parameters, u))
    told = Page((system.time, y, *system.parameters))
    shown = block.notation.formula(told.builder.formula(told[y] - told.put(middle)))
    return Change(
        block,
        replace(system, states=(u,), vector_field=rates, start=start.of(begun - there), events=()),
        back.of(back[u] + back.put(middle)),
        "Around its middle the polynomial has one power less",
        (chain(block.notation.name(u), shown),),
    )  # fmt: skip


def _is_solved(rates: Tape, time: str, u: str) -> bool:
    """Tell whether a rate is zero with the state, or a function of time times one of the state."""
    page = Page(rates.inputs)
    identity = Identity(page.builder)
    if identity.is_zero(page.put(rates, {u: 0.0})):
        return True
    by_time = page.put(page.all(derivative(rates, time)))
    by_both = page.put(page.all(derivative(page.all(derivative(rates, time)), u)))
    by_state = page.put(page.all(derivative(rates, u)))
    return identity.same(by_both * page.put(rates), by_time * by_state)
