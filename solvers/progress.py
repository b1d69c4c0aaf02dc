"""Progress of long work: silence in scripts, a bar in terminals, or the caller's own function."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from ..models.errors import InputError
from ..models.lazy import load

PATIENCE = 1.0  # seconds of silence before a bar appears

Report = Callable[[float], None]


def reporting(progress: bool | Report | None, what: str) -> AbstractContextManager[Report]:
    """Give a function to call with the fraction done.

    Parameters
    ----------
    progress
        A function of the fraction done; True for a bar; False for silence; None for a bar only
        where standard error is a terminal.
    what
        Label of the bar.

    Raises
    ------
    InputError
        If `progress` is something else.
    """
    if callable(progress):
        return nullcontext(progress)
    if progress is not None and not isinstance(progress, bool):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"progress: got {progress!r:.60}; expected a function, True or False")
    if progress or (progress is None and sys.stderr.isatty()):
        return _Bar(what)
    return _SILENCE


class _Bar:
    """A bar that appears only when the work turns out to be long."""

    def __init__(self, what: str) -> None:
        self.what, self.began, self.bar, self.task = what, time.monotonic(), None, None

    def __enter__(self) -> Report:
        return self.report

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()

    def report(self, fraction: float) -> None:
        if self.bar is None and time.monotonic() - self.began > PATIENCE and fraction < 1:
            rich: Any = load("rich.progress")
            console = load("rich.console").Console(stderr=True)
            self.bar = rich.Progress(console=console, transient=True)
            self.task = self.bar.add_task(self.what, total=1.0)
            self.bar.start()
        if self.bar is not None:
            self.bar.update(self.task, completed=fraction)


def _say_nothing(_: float) -> None:
    """Take a fraction, and leave it at that."""


_SILENCE = nullcontext(_say_nothing)
