"""How names are written: in one Unicode form, and how a new one is found."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import count
from keyword import iskeyword


def normal_name(name: str) -> str:
    """Return a name in Unicode's compatibility form: micro sign and Greek mu are one letter."""
    return unicodedata.normalize("NFKC", str(name))


def new_names(taken: Collection[str], stem: str = "v") -> Iterator[str]:
    """Yield v1, v2 and so on, but for names that are taken."""
    return (name for name in (f"{stem}{i}" for i in count(1)) if name not in taken)


def symbol_names(names: Iterable[str], taken: Collection[str] = ()) -> dict[str, str]:
    """Return each name as a symbol: ``T(0)`` becomes ``T_0``.

    Where T_0 is taken, or T0, which is hardly told from it, it becomes ``T_start``.
    """
    given = tuple(names)
    used = {*taken, *(n for n in given if "(" not in n)}
    symbols: dict[str, str] = {}
    for name in given:
        symbols[name] = free_name(_candidates(name, used), used) if "(" in name else name
        used.add(symbols[name])
    return symbols


def _candidates(name: str, used: Collection[str]) -> tuple[str, ...]:
    head = name.partition("(")[0]
    first = (f"{head}_0",) if f"{head}0" not in used else ()
    return (*first, f"{head}_start")


def free_name(wanted: Iterable[str], taken: Collection[str]) -> str:
    """Return the first wanted name that is not taken, or the last with a number."""
    last = ""
    for last in wanted:
        if last not in taken:
            return last
    return next(new_names(taken, f"{last}_"))


def call_text(title: str, values: Mapping[str, str]) -> str:
    """Return the call of a model that sets values, as it is typed.

    Parameters
    ----------
    title
        Of the model; the call is of this name where it is one.
    values
        Name to value, in writing. What Python does not take as a keyword stands in a mapping.

    Examples
    --------
    >>> call_text("coffee", {"k": "0.1"}), call_text("", {"lambda": "0.3"})
    ('coffee(k=0.1)', "model({'lambda': 0.3})")
    """
    called = title if _is_plain(title) else "model"
    if all(map(_is_plain, values)):
        return f"{called}({', '.join(f'{name}={value}' for name, value in values.items())})"
    return f"{called}({{{', '.join(f'{name!r}: {value}' for name, value in values.items())}}})"


def _is_plain(name: str) -> bool:
    return name.isidentifier() and not iskeyword(name)
