"""The alarm of a search: when its time is up it is stopped in the midst of whatever it is doing.

Algebra cannot be bounded beforehand: one simplification takes a millisecond, the next a minute. A
search looks at its clock where it can; where it does not get there, an exception is raised in its
thread from outside, one that no handler of failed algebra takes for its own. It waits while the
thread does what must be finished: imports a module, takes up or puts back the context of a `with`,
tidies up an object that is collected (where Python would print the exception and go on), or asks a
helper, which has a limit of its own.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import sys
import time
import weakref
from collections.abc import Callable, Iterator
from threading import Lock, Thread
from types import FrameType

from .clock import Clock, OutOfTimeError

_TICK = 0.005  # seconds between two looks at the clocks
_AGAIN = 0.02  # of processor time after which a search that goes on is told again
_IMPORTING = "<frozen importlib"
_TIDYING = {weakref.__file__, sys.modules[weakref.WeakSet.__module__].__file__}
_CONTEXTS, _TAKEN_UP = contextlib.__file__, {"__enter__", "__exit__", "close"}


class RingingError(BaseException):
    """The time of a search is up, as it is told in the midst of its work."""


class Alarms:
    """Searches that are under way, and a thread that watches their clocks while there are any."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._told: dict[Clock, float] = {}  # what was left when a search was told last
        self._watching = False

    def limit(self, clock: Clock, work: Callable[[], object]) -> None:
        """Have this thread do some work, unless its clock runs out before it is done.

        Raises
        ------
        OutOfTimeError
            Once it has run out; within the work it is `RingingError`.
        """
        try:
            try:
                self._set(clock)
                work()
            finally:
                self.release(clock)
        except RingingError:
            self.release(clock)  # it may have rung in the midst of being released
            raise OutOfTimeError(clock.spent) from None

    def release(self, clock: Clock) -> None:
        """Leave a search alone from now on; a second time does no harm."""
        with self._lock:
            left = self._told.pop(clock, 0.0)
        if left < 0:
            _take_back(clock.thread)

    def settle(self, clock: Clock) -> None:
        """Take back what a search was told and may not have heard; if it is watched, it still is.

        For a search that goes on with something else after a part of it ran out of time.
        """
        with self._lock:
            left = self._told.get(clock, 0.0)
            if clock in self._told:
                self._told[clock] = 0.0
        if left < 0:
            _take_back(clock.thread)

    def forget(self) -> None:
        """Leave the searches to the parent they belong to, after a fork."""
        self.__init__()

    def _set(self, clock: Clock) -> None:
        if not (hasattr(time, "pthread_getcpuclockid") and hasattr(ctypes, "pythonapi")):
            return
        with self._lock:
            self._told[clock] = 0.0
            if not self._watching:
                Thread(target=self._watch, name="ratelaw alarms", daemon=True).start()
            self._watching = True

    def _watch(self) -> None:
        while True:
            time.sleep(_TICK)
            with self._lock:
                for clock in self._told:
                    self._look(clock)
                self._watching = bool(self._told)
                if not self._watching:
                    return

    def _look(self, clock: Clock) -> None:
        left = clock.left
        if left < self._told[clock] and not clock.asking and not _must_finish(clock.thread):
            self._told[clock] = left - _AGAIN
            _interrupt(clock.thread)


def _interrupt(thread: int) -> None:
    """Raise an error in a thread at its next step."""
    error = ctypes.py_object(RingingError)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), error)


def _take_back(thread: int) -> None:
    """Have this thread get what it was told and may not have got yet, here where it does no harm.

    Told nothing instead, Python 3.11 would look for it at every step from then on, and not take one
    more under a profiler or a debugger.
    """
    with contextlib.suppress(RingingError):
        _interrupt(thread)
        for _ in range(10):
            time.sleep(0)


def _must_finish(thread: int) -> bool:
    """Whether a thread is in the midst of what must not be left half done."""
    tidying = {getattr(tidy, "__code__", None) for tidy in gc.callbacks}
    return any(
        frame.f_code in tidying
        or frame.f_code.co_name == "__del__"
        or frame.f_code.co_filename in _TIDYING
        or frame.f_code.co_filename.startswith(_IMPORTING)
        or (frame.f_code.co_filename == _CONTEXTS and frame.f_code.co_name in _TAKEN_UP)
        for frame in _frames(thread)
    )


def _frames(thread: int) -> Iterator[FrameType]:
    frame: FrameType | None = sys._current_frames().get(thread)  # pyright: ignore[reportPrivateUsage]
    while frame is not None:
        yield frame
        frame = frame.f_back


ALARMS = Alarms()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=ALARMS.forget)
