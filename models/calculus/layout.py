"""The two layouts of a derivative with rows and columns, always named and never assumed."""

from __future__ import annotations

from typing import Literal

from ..errors import InputError

Layout = Literal["numerator", "denominator"]
_LAYOUTS = ("numerator", "denominator")


def layout_of(name: str) -> Layout:
    """Return a layout by its name.

    Raises
    ------
    InputError
        If there is no such layout.
    """
    if not isinstance(name, str) or name not in _LAYOUTS:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(
            f"layout: got {name!r}; it is 'numerator' (rows follow what is differentiated) or "
            "'denominator' (rows follow what it is differentiated by)"
        )
    return name
