"""How names are written: in one Unicode form, and how a new one is found."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from itertools import count


def normal_name(name: str) -> str:
    """Return a name in Unicode's compatibility form: micro sign and Greek mu are one letter."""
    return unicodedata.normalize("NFKC", str(name))


def new_names(taken: Collection[str], stem: str = "v") -> Iterator[str]:
    """Yield v1, v2 and so on, but for names that are taken."""
    return (name for name in (f"{stem}{i}" for i in count(1)) if name not in taken)
