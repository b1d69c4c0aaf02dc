"""How names are written: in one Unicode form, and how a new one is found."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from itertools import count


def normal_name(name: str) -> str:
    """Return a name in Unicode's compatibility form: micro sign and Greek mu are one letter."""
    return unicodedata.normalize("NFKC", str(name))


def new_names(taken: Collection[str], stem: str = "v") -> Iterator[str]:
    """Yield v1, v2 and so on, but for names that are taken."""
    return (name for name in (f"{stem}{i}" for i in count(1)) if name not in taken)


def symbol_names(names: Iterable[str], taken: Collection[str] = ()) -> dict[str, str]:
    """Return each name as a symbol: ``T(0)`` becomes ``T_0``, or ``T_start`` where T_0 is taken."""
    given = tuple(names)
    used = {*taken, *(n for n in given if "(" not in n)}
    symbols: dict[str, str] = {}
    for name in given:
        symbols[name] = free_name(_candidates(name), used) if "(" in name else name
        used.add(symbols[name])
    return symbols


def _candidates(name: str) -> tuple[str, str]:
    head = name.partition("(")[0]
    return f"{head}_0", f"{head}_start"


def free_name(wanted: Iterable[str], taken: Collection[str]) -> str:
    """Return the first wanted name that is not taken, or the last with a number."""
    last = ""
    for last in wanted:
        if last not in taken:
            return last
    return next(new_names(taken, f"{last}_"))
