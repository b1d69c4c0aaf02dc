"""The clock of a search: how much time is left, looked at between pieces of bounded work."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from threading import get_ident

from ...errors import NoClosedFormError


class Clock:
    """Counts the processor time of the thread that made it, and what it waited for a helper.

    A crowd of searches on few cores therefore does not shorten any of them.

    Parameters
    ----------
    budget
        Seconds.

    Attributes
    ----------
    hurried
        Whether a question was cut short: with more time the search might find more.
    asking
        Whether a helper works for the search, which has a limit of its own.
    thread
        The number of the thread.
    refused
        Questions that found no answer, not to be asked again.
    """

    def __init__(self, budget: float) -> None:
        self.budget, self.thread = budget, get_ident()
        self._now = _processor_time()
        self._begin = self._now()
        self._waited = 0.0
        self.hurried = self.asking = False
        self.refused = set[object]()

    @property
    def left(self) -> float:
        """Seconds left, negative once the budget is spent."""
        return self.budget - self._waited - (self._now() - self._begin)

    def wait(self, seconds: float) -> None:
        """Count time in which another process worked for this search."""
        self._waited += seconds

    @contextmanager
    def patience(self) -> Generator[None]:
        """Wait for a helper; no alarm rings meanwhile."""
        self.asking = True
        try:
            yield
        finally:
            self.asking = False

    @contextmanager
    def within(self, share: float) -> Generator[None]:
        """Have no more than a share of the budget from now on, for what may be left out."""
        budget = self.budget
        self.budget = min(budget, budget - self.left + share * budget)
        try:
            yield
        finally:
            self.budget = budget

    def check(self, needed: float = 0.0) -> None:
        """Raise once the budget is spent, or does not suffice for what comes next.

        Parameters
        ----------
        needed
            Seconds that the next piece of work takes.

        Raises
        ------
        NoClosedFormError
            Saying how to give more.
        """
        if self.left < needed:
            raise OutOfTimeError(self.spent)

    @property
    def spent(self) -> str:
        """What is said when time has run out."""
        used, given = self.budget - self.left, f"{self.budget:g} s of processor time"
        if used < self.budget:
            used_of = f"in {used:.2f} of {given}, and the rest does not suffice for what comes next"
        else:
            used_of = f"in {given}"
        return f"no closed form was found {used_of}; give more with solve_exactly(model, budget=…)"


class OutOfTimeError(NoClosedFormError):
    """The budget of a search is spent."""


def _processor_time() -> Callable[[], float]:
    """Return the processor time of this thread as a function that any thread may call.

    Where the system does not tell that of other threads, only this one may.
    """
    if not hasattr(time, "pthread_getcpuclockid"):
        return time.thread_time
    return partial(time.clock_gettime, time.pthread_getcpuclockid(get_ident()))
