"""Constants: ``const g = 9.81 [m/s^2]``, which nothing sets, sweeps or fits."""

from __future__ import annotations

from typing import Any

from ..draft import Draft, right_of
from ..statement import Statement

_RULES = r"""
constant: _CONST quantity "=" right
_CONST.3: /const(?=[ \t]+[^\W\d])/
"""
_LARGEST = 6  # digits of a whole constant that can end a range


def _constant(draft: Draft, head: Any, right: Any) -> None:
    parts = right_of(right)
    if parts.bounds:
        problem = "a constant has no bounds: nothing varies it"
        raise draft.fail(problem, parts.bounds.children[0].children[0])
    names = draft.keep(draft.assigned, head.children[0], right, role="const")
    tree = parts.formula
    if tree.data == "number" and str(tree.children[0]).isdigit() and not parts.ranges:
        digits = str(tree.children[0])
        if len(digits) <= _LARGEST:
            draft.constants[names[0]] = int(digits)


STATEMENT = Statement(_RULES, {"constant": _constant})
