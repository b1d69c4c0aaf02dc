"""Choices, ``piecewise(x < 1, a, b)``: whether conditions stand where they belong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def is_swapped(arguments: Sequence[Any]) -> bool:
    """Tell whether some value of a parsed choice stands before its condition."""
    pairs = zip(arguments[:-1:2], arguments[1::2], strict=True)
    return any(_compares(value) and not _compares(condition) for condition, value in pairs)


def _compares(tree: Any) -> bool:
    """Tell whether a part is a comparison, or conditions joined or turned around."""
    while tree.data == "group":
        (tree,) = tree.children
    if tree.data == "infix":
        return tree.children[1].type == "COMPARE"
    return tree.data in {"joined", "opposite"}
