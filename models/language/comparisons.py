"""Conditions as they are written: comparisons, joined by and, or and not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def comparisons(tree: Any, fail: Callable[[str, Any], Exception], example: str) -> list[Any]:
    """Return the comparisons that a condition joins, each a tree of two sides and a sign.

    Parameters
    ----------
    tree
        Of the condition.
    fail
        Makes an error that points at a token.
    example
        Of a condition, for who has written none.

    Raises
    ------
    SpecificationError
        Where something is not compared, or compared by ==.
    """
    found, waiting = list[Any](), [tree]
    while waiting:
        part = waiting.pop()
        if part.data in {"group", "opposite", "joined"}:
            waiting += reversed([child for child in part.children if hasattr(child, "data")])
            continue
        sign = part.children[1] if part.data == "infix" else None
        if str(sign) == "==":
            raise fail("== holds for a moment only: compare with <, <=, > or >=", sign)
        if sign is None or sign.type != "COMPARE":
            raise fail(f"a condition compares: {example}", tokens_of(part)[0])
        found.append(part)
    return found


def tokens_of(tree: Any) -> list[Any]:
    """Return the tokens of a formula in order; iterative, so that no nesting is too deep."""
    found, waiting = list[Any](), [tree]
    while waiting:
        node = waiting.pop()
        if hasattr(node, "data"):
            waiting += reversed(node.children)
        else:
            found.append(node)
    return found
