"""Parameters and definitions: ``k = 0.07 [1/min] in [0.001, 1]``, ``F = k*(T - T_s)``."""

from __future__ import annotations

from typing import Any

from ..draft import Draft
from ..statement import Statement


def _assignment(draft: Draft, head: Any, right: Any) -> None:
    draft.keep(draft.assigned, head.children[0], right)


STATEMENT = Statement('assignment: quantity "=" right', {"assignment": _assignment})
