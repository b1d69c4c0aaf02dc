"""The oracle: another process that answers, is killed when it does not, and leaves nothing."""

import operator
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from ratelaw.models.exact.budget.clock import Clock
from ratelaw.models.symbolic import oracle
from ratelaw.models.symbolic.oracle import NoAnswerError, ask


def test_a_question_is_answered() -> None:
    assert ask(operator.add, 2, 3, clock=Clock(30)) == 5


def test_a_failure_is_told() -> None:
    with pytest.raises(NoAnswerError, match="ZeroDivisionError"):
        ask(operator.truediv, 2, 0, clock=Clock(30))


def test_what_takes_too_long_is_stopped_and_counted() -> None:
    clock, begin = Clock(0.3), time.perf_counter()
    with pytest.raises(NoAnswerError, match="no answer after"):
        ask(time.sleep, 60, clock=clock)
    assert time.perf_counter() - begin < 0.6
    assert clock.left < 0.05
    assert ask(operator.add, 2, 3, clock=Clock(30)) == 5


def test_of_one_that_is_stopped_what_it_queued_is_not_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, begin = Clock(30), time.perf_counter()
    ask(operator.add, 2, 3, clock=clock)  # somebody is there

    def queued(process: int) -> float:
        """Nine tenths of the time; of a process that is no more nothing is told."""
        with suppress(ProcessLookupError):
            os.kill(process, 0)
            return 0.9 * (time.perf_counter() - begin)
        return 0.0

    monkeypatch.setattr(oracle, "_queued", queued)
    left = clock.left
    with pytest.raises(NoAnswerError):
        ask(time.sleep, 60, clock=clock, most=0.1)
    assert left - clock.left < 0.5


def test_a_crowd_asks_at_once() -> None:
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda i: ask(operator.neg, i, clock=Clock(30)), range(100)))
    assert answers == [-i for i in range(100)]


LATE = """
import operator, os
from ratelaw.models.exact.budget.clock import Clock
from ratelaw.models.symbolic import oracle
from ratelaw.models.symbolic.oracle import NoAnswerError, ask
for _ in range(3):
    try:
        ask(operator.add, 2, 3, clock=Clock(0.02))
    except NoAnswerError as late:
        print(late)
print(ask(os.getppid, clock=Clock(60)) == os.getpid(), ask(os.getpid, clock=Clock(60)))
"""


def test_one_that_is_late_for_a_question_is_there_for_a_later_one() -> None:
    command = [sys.executable, "-c", LATE]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    assert told.count("who answers is still being started") == 3
    assert told.splitlines()[-1].startswith("True")


def test_one_that_was_killed_is_replaced_at_once() -> None:
    ask(operator.add, 2, 3, clock=Clock(30))
    with pytest.raises(NoAnswerError, match="no answer after"):
        ask(time.sleep, 60, clock=Clock(0.1))
    end = time.monotonic() + 30
    answer = None
    while answer is None and time.monotonic() < end:
        with suppress(NoAnswerError):
            answer = ask(operator.add, 2, 3, clock=Clock(0.1))
    assert answer == 5
