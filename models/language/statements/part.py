"""Parts: ``mug = cooling(k = 0.05, T_s = room)``, then ``mug.T``."""

from __future__ import annotations

from ..parts import keep_part
from ..statement import Statement

_RULES = r"""
part: quantity "=" NAME "(" setting ("," setting)* ")"
setting: NAME "=" sum UNIT?
"""

STATEMENT = Statement(_RULES, {"part": keep_part})
