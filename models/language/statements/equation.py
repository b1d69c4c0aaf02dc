"""Equations: ``dT/dt = …``, ``T' = …``, of any order ``T'' = …`` or ``d2T/dt2 = …``."""

from __future__ import annotations

import re
from typing import Any

from ..draft import Draft, right_of
from ..grammar import NAME
from ..statement import Statement

_RULES = r"""
rate: DERIVATIVE "=" right
element_rate: element DIVIDE NAME "=" right
primed_rate: primed "=" right
"""
_TOP = re.compile(rf"d(?:\^?(?P<order>\d+|[\u00b2\u00b3]))?\s*(?P<name>{NAME})")
_DIGIT = {"\u00b2": "2", "\u00b3": "3"}
_HIGHEST = 20


def _rate(draft: Draft, head: Any, right: Any) -> None:
    top, _, bottom = (part.strip() for part in str(head).partition("/"))
    found = _TOP.fullmatch(top)
    order = _order(draft, found["order"] if found else None, head)
    _note_time(draft, head, bottom, order)
    name = found["name"] if found else top[1:]
    _keep(draft, head.update(value=name), right, order)


def _element_rate(draft: Draft, head: Any, _: Any, bottom: Any, right: Any) -> None:
    token = head.children[0]
    found = _TOP.fullmatch(str(token)[:-1])
    if not found:
        problem = f"a rate of change is written d{token}…]/dt = …"
        raise draft.fail(problem, token)
    order = _order(draft, found["order"], token)
    _note_time(draft, token, str(bottom), order)
    head.children[0] = token.update(value=f"{found['name']}[")
    _keep(draft, head, right, order)


def _primed_rate(draft: Draft, head: Any, right: Any) -> None:
    part, primes = head.children
    _keep(draft, part, right, _order(draft, str(len(primes)), primes))


def _order(draft: Draft, digits: str | None, token: Any) -> int:
    digits = digits or "1"
    order = int(_DIGIT.get(digits, digits)) if len(digits) < 4 else _HIGHEST + 1
    if not 1 <= order <= _HIGHEST:
        raise draft.fail(f"an equation is of order 1 to {_HIGHEST}", token)
    return order


def _note_time(draft: Draft, token: Any, bottom: str, order: int) -> None:
    written = bottom[1:]
    endings = [f"^{order}", str(order), *(s for s, d in _DIGIT.items() if d == str(order))]
    ending = next((e for e in endings if written.endswith(e)), None) if order > 1 else ""
    if ending is None or bottom[:1] != "d" or "^" in written.removesuffix(ending):
        times = "" if order == 1 else str(order)
        name = re.sub(r"\W.*", "", written) or "t"
        problem = f"a rate of change of order {order} is written d{times}x/d{name}{times} = …"
        raise draft.fail(problem, token)
    name = draft.formulas.name(token.update(value=written.removesuffix(ending)))
    draft.times.setdefault(name, token)


def _keep(draft: Draft, head: Any, right: Any, order: int) -> None:
    parts = right_of(right)
    if parts.unit:
        problem = "an equation has no unit of its own; units belong to values"
        raise draft.fail(problem, parts.unit)
    if parts.bounds:
        problem = "an equation has no bounds; bounds belong to parameters: k = 1 in [0, 10]"
        raise draft.fail(problem, parts.bounds.children[0].children[0])
    draft.orders.update(dict.fromkeys(draft.keep(draft.rates, head, right), order))


STATEMENT = Statement(
    _RULES, {"rate": _rate, "element_rate": _element_rate, "primed_rate": _primed_rate}
)
