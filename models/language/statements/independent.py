"""The independent variable, where no equation names it: ``independent: x``."""

from __future__ import annotations

from typing import Any

from ..draft import Draft
from ..statement import Statement

_RULES = r"""
independent: _INDEPENDENT ":" NAME
_INDEPENDENT.3: /independent(?=[ \t]*:)/
"""


def _independent(draft: Draft, name: Any) -> None:
    draft.times.setdefault(draft.formulas.name(name), name)


STATEMENT = Statement(_RULES, {"independent": _independent})
