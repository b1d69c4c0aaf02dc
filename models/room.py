"""The room: a read-only mapping whose members are attributes too."""

from collections.abc import Mapping
from typing import Generic, TypeVar

from .errors import UnknownNameError

T = TypeVar("T")


class Room(Mapping[str, T], Generic[T]):
    """Members by name, ``room["cooling"]``, or as a person types them, ``room.cooling``.

    A subclass says what there is, with the three methods of a mapping; its `__getitem__` answers
    an unknown name with an UnknownNameError, whose message is also the AttributeError's.
    """

    def __getattr__(self, name: str) -> T:
        if name.startswith("_"):  # copying and displaying ask for such names, and expect none
            raise AttributeError(name)
        try:
            return self[name]
        except UnknownNameError as unknown:
            raise AttributeError(str(unknown)) from None

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self})
