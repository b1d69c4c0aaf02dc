"""The oracle: sympy asked in another process, which is killed when it takes too long.

The process is started when the first question is asked, waits for the next one, and ends with the
process that asked, however that ends. At most one per core works at a time. One that has to be
killed is replaced at once, and one that is not there in time for a question is for the next.
"""

from __future__ import annotations

import atexit
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from queue import SimpleQueue
from threading import BoundedSemaphore, Event, Lock, Thread, Timer
from time import perf_counter
from typing import IO, Any, Protocol, TypeVar, cast

from ..errors import NoClosedFormError
from ..lazy import load

Answer = TypeVar("Answer")
_LEAST = 0.001  # seconds between two looks at a helper


class NoAnswerError(NoClosedFormError):
    """The oracle failed, or did not answer in time."""


class Patience(Protocol):
    """How long an answer is waited for, whether one was cut short, and what had none."""

    hurried: bool
    refused: set[object]

    def patience(self) -> AbstractContextManager[None]:
        """Return the context of waiting for a helper."""
        ...

    @property
    def left(self) -> float:
        """Seconds left."""
        ...

    def wait(self, seconds: float) -> None:
        """Count seconds that were waited."""
        ...


def ask(
    question: Callable[..., Answer], *args: object, clock: Patience, most: float = 1e9
) -> Answer:
    """Return what a function returns, computed in another process.

    Parameters
    ----------
    question
        A function at the top of a module; it, its arguments and its answer are pickled.
    args
        Its arguments.
    clock
        What is left of it is how long the answer is waited for.
    most
        Seconds waited at most, once a process is there to answer.

    Raises
    ------
    NoAnswerError
        If the function raised, or did not return in time; its process is killed then.
    """
    with clock.patience(), _TURNS:
        if min(clock.left, most) <= 0:
            raise NoAnswerError("no time is left to ask")
        watch = _Watch(most, clock.left)
        try:
            return cast("Answer", _HELPERS.answer((question, args), watch))
        finally:
            clock.hurried |= watch.ended
            clock.wait(watch.elapsed)


class _Watch:
    """Ends a helper after some seconds, those aside in which it queued for a processor.

    Parameters
    ----------
    seconds
        Of its work on the question.
    whole
        Of the call, the start of the helper included: a machine on which that takes long would
        otherwise end each helper before it ever heard a question.

    Attributes
    ----------
    ended
        Whether it had to be ended.
    """

    def __init__(self, seconds: float, whole: float) -> None:
        self.seconds, self.whole, self.ended = seconds, whole, False
        self._ready: float | None = None
        self._begin, self._queued, self._waited = perf_counter(), 0.0, 0.0
        self._helper: subprocess.Popen[bytes] | None = None
        self._alarm: Timer | None = None

    @property
    def elapsed(self) -> float:
        """Seconds since the begin, without those of queueing.

        Of a helper that has been ended nothing more is told: what it was before stands.
        """
        if self._helper is not None:
            self._waited = max(self._waited, _queued(self._helper.pid) - self._queued)
        return perf_counter() - self._begin - self._waited

    def waits_for(self, helper: _Helper) -> bool:
        """Return whether a helper is there in time; nothing happens to one that is not."""
        self._helper, self._queued = helper.process, _queued(helper.process.pid)
        while not helper.there.is_set():
            left = self.whole - self.elapsed
            if left <= 0:
                self.ended = True
                return False
            helper.there.wait(max(left, _LEAST))
        return True

    @property
    def late(self) -> tuple[bool, str]:
        """The answer where nobody is there to give one."""
        return False, f"no answer after {self.elapsed:.2g} s: who answers is still being started"

    def start(self) -> None:
        """Watch the helper's work from now on."""
        self._ready = self.elapsed
        self._look()

    def stop(self) -> None:
        """Watch no longer."""
        alarm, self._alarm = self._alarm, None
        if alarm is not None:
            alarm.cancel()

    def _look(self) -> None:
        elapsed = self.elapsed
        working = 0.0 if self._ready is None else elapsed - self._ready
        left = min(self.whole - elapsed, self.seconds - working)
        if left <= 0 and self._helper is not None:
            self.ended = True
            self._helper.kill()
            return
        self._alarm = Timer(max(left, _LEAST), self._again)
        self._alarm.daemon = True
        self._alarm.start()

    def _again(self) -> None:
        if self._alarm is not None:
            self._look()


def _queued(process: int) -> float:
    """Return the seconds that a process has queued for a processor, 0 where that is not told."""
    try:
        with open(f"/proc/{process}/schedstat") as told:
            return int(told.read().split()[1]) * 1e-9
    except (OSError, IndexError, ValueError):
        return 0.0


class _Helper:
    """A process that answers.

    Attributes
    ----------
    process
        Itself.
    there
        Set once it has started, or has failed to.
    """

    def __init__(self) -> None:
        command = [sys.executable, "-c", f"from {__name__} import serve; serve()"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, **pipes)  # pyright: ignore[reportCallIssue, reportArgumentType]
        self.there = Event()
        try:
            Thread(target=self._greet, daemon=True).start()
        except BaseException:  # an interrupt, while nobody knows of the process yet
            self.process.kill()
            raise

    def _greet(self) -> None:
        """Wait until it says that it is there; of one that ended nothing more is heard."""
        with suppress(EOFError, OSError, ValueError, pickle.UnpicklingError):
            pickle.load(cast("IO[bytes]", self.process.stdout))
        self.there.set()

    def end(self) -> None:
        """Kill it."""
        self.process.kill()
        self.there.wait()  # both would read its last words otherwise
        self.process.communicate()


class _Helpers:
    """Processes that wait for a question."""

    def __init__(self) -> None:
        self._idle: list[_Helper] = []
        self._lock = Lock()

    def answer(self, question: object, watch: _Watch) -> object:
        message = pickle.dumps(question)
        helper = self._one()
        try:
            is_there = watch.waits_for(helper)
            succeeded, answer = _asked(helper, message, watch) if is_there else watch.late
        except BaseException:
            helper.end()
            if watch.ended:
                self._put_back(_Helper())
            raise
        self._put_back(helper)
        if not succeeded:
            raise NoAnswerError(str(answer))
        return answer

    def _one(self) -> _Helper:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return _Helper()

    def _put_back(self, helper: _Helper) -> None:
        with self._lock:
            self._idle.append(helper)

    def end(self) -> None:
        with self._lock:
            while self._idle:
                self._idle.pop().end()

    def forget(self) -> None:
        """Leave the processes to the parent they belong to, after a fork."""
        self._idle, self._lock = [], Lock()


def _asked(helper: _Helper, message: bytes, watch: _Watch) -> tuple[bool, object]:
    process = helper.process
    ask, told = cast("tuple[IO[bytes], IO[bytes]]", (process.stdin, process.stdout))
    watch.start()
    try:
        ask.write(message)
        ask.flush()
        return pickle.load(told)
    except (EOFError, OSError, pickle.UnpicklingError):
        raise NoAnswerError(f"no answer after {watch.elapsed:.2g} s") from None
    finally:
        watch.stop()


def serve() -> None:
    """Answer questions from standard input until it is closed; the other side of `ask`."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever is printed must not get between the answers
    load("sympy")
    pickle.dump(True, answers)
    answers.flush()
    questions: SimpleQueue[Any] = SimpleQueue()
    Thread(target=_listen, args=(questions,), daemon=True).start()
    while True:
        function, args = questions.get()
        try:
            message = pickle.dumps((True, function(*args)))
        except Exception as error:  # whatever sympy raises is an answer: it does not know
            message = pickle.dumps((False, f"{type(error).__name__}: {error}"))
        answers.write(message)
        answers.flush()


def _listen(questions: SimpleQueue[Any]) -> None:
    """Pass questions on; when there are no more, end, whatever is being computed."""
    try:
        while True:
            questions.put(pickle.load(sys.stdin.buffer))
    finally:
        os._exit(0)


_HELPERS = _Helpers()
_TURNS = BoundedSemaphore(os.cpu_count() or 1)
atexit.register(_HELPERS.end)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_HELPERS.forget)
