"""The clock of a search: how much time is left, looked at between pieces of bounded work."""

from __future__ import annotations

from time import thread_time

from ..errors import NoClosedFormError


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
    """

    def __init__(self, budget: float) -> None:
        self.budget = budget
        self._begin = thread_time()
        self._waited = 0.0
        self.hurried = False

    @property
    def left(self) -> float:
        """Seconds left, negative once the budget is spent."""
        return self.budget - self._waited - (thread_time() - self._begin)

    def wait(self, seconds: float) -> None:
        """Count time in which another process worked for this search."""
        self._waited += seconds

    def check(self) -> None:
        """Raise once the budget is spent.

        Raises
        ------
        NoClosedFormError
            Saying how to give more.
        """
        if self.left < 0:
            raise OutOfTimeError(
                f"no closed form was found within {self.budget:g} s; give more time with budget=…"
            )


class OutOfTimeError(NoClosedFormError):
    """The budget of a search is spent."""
