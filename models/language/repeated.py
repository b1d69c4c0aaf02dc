"""Formulas that are read again and again, as indices run: what of them changes with which index."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ..names import normal_name


def changing(tree: Any, indices: Collection[str]) -> set[int]:
    """Return the identities of the parts of a formula in which an index is mentioned.

    What an inner sum runs over counts as mentioned, whatever it means there. Indices are in their
    one form.
    """
    found: set[int] = set()
    for part in tree.iter_subtrees():  # those inside before those around them
        if any(
            id(child) in found if hasattr(child, "data") else normal_name(child) in indices
            for child in part.children
        ):
            found.add(id(part))
    return found


def plain_indices(part: Any) -> tuple[str, ...] | None:
    """Return the names between the brackets of an element, None where more is there than names."""
    places = part.children[1:]
    if any(place.data != "name" for place in places):
        return None
    return tuple([normal_name(place.children[0]) for place in places])
