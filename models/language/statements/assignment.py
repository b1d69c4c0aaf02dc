"""Parameters and definitions: ``k = 0.07 [1/min] in [0.001, 1]``, ``F = k*(T - T_s)``."""

from __future__ import annotations

from typing import Any

from ..draft import Draft
from ..functions import function
from ..parts import keep_part, refuse_unnamed
from ..statement import Statement


def _assignment(draft: Draft, head: Any, right: Any) -> None:
    formula = right.children[0]
    if formula.data == "call" and function(str(formula.children[0])) is None:
        kind, *arguments = formula.children
        if not arguments:  # a model as it is: mug = cooling()
            keep_part(draft, head, kind)
            return
        refuse_unnamed(draft, kind)
    draft.keep(draft.assigned, head.children[0], right)


STATEMENT = Statement('assignment: quantity "=" right', {"assignment": _assignment})
