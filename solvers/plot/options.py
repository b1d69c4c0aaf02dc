"""Options of a picture, checked before it is drawn."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from ...models.errors import InputError, did_you_mean, listing


def check_options(picture: Callable[..., Any], options: Mapping[str, Any]) -> None:
    """Raise if a picture does not have one of these options.

    Raises
    ------
    InputError
        With the options that there are.
    """
    parameters = inspect.signature(picture).parameters.values()
    known = [p.name for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY]
    for name in options:
        if name not in known:
            raise InputError(
                f"plot: no option is called {name}; there are {listing(known)}."
                f"{did_you_mean(name, known)} What it returns is matplotlib's, to change further"
            )
