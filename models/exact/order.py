"""The solvable classes in the order in which they are tried, and what is said where none fits."""

from __future__ import annotations

from functools import cache

from ..closed_form import SHELF
from ..errors import listing
from ..hybrid import SHELF as HYBRID
from ..notation import chain
from .events.recurring import RecurringClass
from .solvable import Block, SolvableClass
from .unsolved import famous

_LONGEST, _MOST = 100, 4  # characters of an equation, and equations, in a message


def in_order() -> tuple[SolvableClass, ...]:
    """Return the solvable classes in the order in which they are tried."""
    return _sorted(tuple(SHELF.items()))


def by_states() -> tuple[RecurringClass, ...]:
    """Return the classes of systems whose states bring about events."""
    return tuple(solvable for _, solvable in sorted(HYBRID.items()))


@cache
def _sorted(items: tuple[tuple[str, SolvableClass], ...]) -> tuple[SolvableClass, ...]:
    return tuple(c for _, c in sorted(items, key=lambda item: (item[1].order, item[0])))


def uncovered(block: Block) -> str:
    """Say that no class covers a block."""
    part, notation = block.system, block.notation
    rates = [
        chain(notation.rate(s), notation.formula(part.vector_field.select([i]))).text
        for i, s in enumerate(part.states)
    ]
    together = "" if len(rates) == 1 else ", which depend on each other"
    shown = "; ".join(r if len(r) <= _LONGEST else f"{r[:_LONGEST]} …" for r in rates[:_MOST])
    name = famous(part)
    why = f"this is {name}" if name else f"none of the {len(in_order())} solvable classes covers it"
    return (
        f"no closed form is known for {listing(part.states)}{together}: {shown}; {why}. "
        "For numbers there is solve(model, times)"
    )
