"""What a kind of statement is: its rules of grammar, and who reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ..shelf import Shelf
from .draft import Draft

Reader = Callable[..., None]  # (draft, *parts of the statement as parsed)


class Statement(NamedTuple):
    """A kind of statement.

    Parameters
    ----------
    rules
        Rules and terminals of the grammar, over `quantity`, `primed`, `right`, `sum`, `argument`
        and the other words of `grammar`.
    readers
        For each rule that is a statement, what reads it: a function of the draft and the parts.
    """

    rules: str
    readers: Mapping[str, Reader]


STATEMENTS: Shelf[Statement] = Shelf(f"{__package__}.statements", "STATEMENT", "statement")

__all__ = ["STATEMENTS", "Draft", "Statement"]
