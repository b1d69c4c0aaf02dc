"""The oracle: another process that answers, is killed when it does not, and leaves nothing."""

import operator
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ratelaw.models.exact.budget.clock import Clock
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


def test_a_crowd_asks_at_once() -> None:
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda i: ask(operator.neg, i, clock=Clock(30)), range(100)))
    assert answers == [-i for i in range(100)]
