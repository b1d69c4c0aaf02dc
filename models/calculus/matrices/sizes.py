"""Sizes that turn out to be equal: a unification of numbers and letters."""

from __future__ import annotations

from collections.abc import Collection

from .tree import Size

_LETTERS = "mnpqrsklh"


class Sizes:
    """Sizes, some still open, and which of them are equal."""

    def __init__(self) -> None:
        self.bound: dict[str, Size] = {}
        self.made = 0

    def new(self) -> str:
        """Return a size that is still open."""
        self.made += 1
        return f"?{self.made}"

    def find(self, size: Size) -> Size:
        """Return what a size is known to be."""
        while isinstance(size, str) and size in self.bound:
            size = self.bound[size]
        return size

    def equal(self, a: Size, b: Size) -> bool:
        """Make two sizes equal; False if they cannot be."""
        a, b = self.find(a), self.find(b)
        if a == b:
            return True
        for free, other in ((a, b), (b, a)):
            if isinstance(free, str) and free.startswith("?") and other != 1:
                self.bound[free] = other
                return True
        return False

    def name(self, taken: Collection[Size]) -> None:
        """Give a letter to every size that is still open; a lone one is called n."""
        found = (self.find(f"?{i}") for i in range(1, self.made + 1))
        free = list(dict.fromkeys(s for s in found if isinstance(s, str) and s.startswith("?")))
        given = "n" if len(free) == 1 and "n" not in taken else _LETTERS
        letters = (letter for letter in given if letter not in taken)
        self.bound.update({size: next(letters, f"n{size[1:]}") for size in free})
