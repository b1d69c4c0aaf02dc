"""Start values: ``T(0) = 90 [degC]``, ``x'(0) = 0``, ``x[i](0) = 1/i for i in 1..10``."""

from __future__ import annotations

from typing import Any

from ..draft import Draft, right_of
from ..statement import Statement

_RULES = r"""
start_value: quantity "(" signed ")" "=" right
start_rate: primed "(" signed ")" "=" right
"""


def _start_value(draft: Draft, head: Any, at: Any, right: Any) -> None:
    _keep(draft, head.children[0], "", at, right)


def _start_rate(draft: Draft, head: Any, at: Any, right: Any) -> None:
    part, primes = head.children
    _keep(draft, part, str(primes), at, right)


def _keep(draft: Draft, part: Any, primes: str, at: Any, right: Any) -> None:
    bounds = right_of(right).bounds
    if bounds:
        problem = (
            "a start value has no bounds; give it by a parameter: x(0) = x_0; x_0 = 1 in [0, 10]"
        )
        raise draft.fail(problem, bounds.children[0].children[0])
    first = part.children[0] if hasattr(part, "data") else part
    draft.start_times.setdefault(draft.formulas.number(*at.children), first)
    draft.keep(draft.starts, part, right, primes=primes)


STATEMENT = Statement(_RULES, {"start_value": _start_value, "start_rate": _start_rate})
