"""Threads that are kept: whoever fails stops all, nobody waits for what has not begun."""

import multiprocessing
import os
from threading import Barrier, Event, get_ident

import pytest

from ratelaw.solvers.threads import alongside, processors


def nothing() -> None:
    """Stop nobody."""


def test_threads_take_parts_of_what_is_left() -> None:
    left, taken, both = iter(range(100)), list[tuple[int, int]](), Barrier(2, timeout=20)

    def work() -> None:
        both.wait()  # that two work at once, whatever the machine has
        taken.extend((get_ident(), part) for part in left)

    alongside(work, nothing, 2)
    assert sorted(part for _, part in taken) == list(range(100))


def test_threads_are_kept() -> None:
    seen: list[set[int]] = []
    for _ in range(2):
        both, threads = Barrier(2, timeout=20), set[int]()

        def work(both: Barrier = both, threads: set[int] = threads) -> None:
            both.wait()
            threads.add(get_ident())

        alongside(work, nothing, 2)
        seen.append(threads)
    assert seen[0] == seen[1]
    assert get_ident() in seen[0]


@pytest.mark.parametrize("here", [True, False], ids=["this", "other"])
def test_what_one_thread_raises_stops_the_others_and_is_raised(here: bool) -> None:
    caller, both, stopped = get_ident(), Barrier(2, timeout=20), Event()

    def work() -> None:
        both.wait()
        if (get_ident() == caller) == here:
            raise ZeroDivisionError("here" if here else "there")
        assert stopped.wait(20)

    with pytest.raises(ZeroDivisionError, match="here" if here else "there"):
        alongside(work, stopped.set, 2)
    assert stopped.is_set()


def test_nobody_waits_for_threads_that_others_keep_busy() -> None:
    busy, go_on = Barrier(processors() + 1, timeout=20), Event()

    def waiting() -> None:
        busy.wait()
        assert go_on.wait(20)

    def long_work() -> None:
        if get_ident() != caller:
            waiting()

    done: list[int] = []

    def short_work() -> None:
        done.append(get_ident())

    caller = get_ident()

    def from_inside() -> None:
        """Ask again while all that are kept are busy."""
        if get_ident() == caller:
            busy.wait()
            alongside(short_work, nothing, 2)
            go_on.set()
        else:
            long_work()

    alongside(from_inside, go_on.set, processors() + 1)
    assert done == [caller]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # from Python 3.12 on
def test_a_fork_has_threads_of_its_own() -> None:
    alongside(nothing, nothing, 2)  # threads of this process, which the fork has not
    child = multiprocessing.get_context("fork").Process(target=_in_two_threads)
    child.start()
    child.join(60)
    assert child.exitcode == 0


def _in_two_threads() -> None:
    both = Barrier(2, timeout=20)
    alongside(lambda: both.wait() and None, nothing, 2)
