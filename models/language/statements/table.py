"""Measured inputs: ``ambient = [(0, 20), (5, 22)] [degC]``, read by ``table(ambient, t)``."""

from __future__ import annotations

from typing import Any

from ...symbols import Table
from ..draft import Draft, place
from ..statement import Statement

_RULES = r"""
table: quantity "=" _OPEN pair ("," pair)* ","? _CLOSE UNIT?
pair: "(" signed "," signed ")"
"""


def _table(draft: Draft, head: Any, *parts: Any) -> None:
    name, token = draft.formulas.quantity(head.children[0], draft.constants)
    if name in draft.formulas.tables:
        raise draft.fail(f"{name} was already given; keep one", token)
    pairs = [part for part in parts if hasattr(part, "data")]
    unit = str(parts[-1])[1:-1].strip() if len(pairs) < len(parts) else ""
    numbers = [tuple(draft.formulas.number(*x.children) for x in p.children) for p in pairs]
    for (before, _), (after, _), pair in zip(numbers, numbers[1:], pairs[1:], strict=False):
        if not before < after:
            problem = f"the times of a table grow; {after:g} comes after {before:g}"
            raise draft.fail(problem, pair.children[0].children[0])
    if len(numbers) < 2:
        raise draft.fail(f"a table has two points or more: {name} = [(0, 20), (5, 22)]", token)
    times, values = zip(*numbers, strict=True)
    draft.formulas.tables[name] = Table(
        name, times, values, unit, note=draft.note(token), place=place(token)
    )


STATEMENT = Statement(_RULES, {"table": _table})
