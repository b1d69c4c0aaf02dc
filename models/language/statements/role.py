"""Driving signals and what is measured: ``input: u = sin(t)``, ``observe: total = S + I + R``."""

from __future__ import annotations

from functools import partial
from typing import Any

from ..draft import Draft, right_of
from ..statement import Statement

_RULES = r"""
observe: _OBSERVE ":" quantity "=" right
input: _INPUT ":" quantity "=" right
_OBSERVE.3: /observe(?=[ \t]*:)/
_INPUT.3: /input(?=[ \t]*:)/
"""


def _definition(role: str, draft: Draft, head: Any, right: Any) -> None:
    bounds = right_of(right).bounds
    if bounds:
        problem = "a formula has no bounds; bounds belong to parameters: k = 1 in [0, 10]"
        raise draft.fail(problem, bounds.children[0].children[0])
    draft.keep(draft.assigned, head.children[0], right, role=role)


STATEMENT = Statement(_RULES, {role: partial(_definition, role) for role in ("observe", "input")})
