"""Python's collector of cycles is asked less often during a search, and as before after it."""

import gc
from threading import Barrier, Thread

import pytest

from ratelaw import solve_exactly
from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.exact.budget.collector import Collector


@pytest.fixture(autouse=True)
def thresholds():
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_it_looks_seldom_during_a_search_and_as_before_after_it():
    gc.set_threshold(500, 7, 8)
    with Collector().seldom():
        assert gc.get_threshold() == (100_000, 7, 8)
    assert gc.get_threshold() == (500, 7, 8)


def test_whoever_switched_it_off_finds_it_switched_off():
    gc.set_threshold(0)
    with Collector().seldom():
        assert gc.get_threshold()[0] == 0


def test_of_searches_at_once_the_last_restores_it():
    gc.set_threshold(500, 7, 8)
    collector, meet = Collector(), Barrier(4)

    def search():
        with collector.seldom():
            meet.wait()

    threads = [Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert gc.get_threshold() == (500, 7, 8)


def test_a_search_that_fails_restores_it():
    before = gc.get_threshold()
    with pytest.raises(NoClosedFormError):
        solve_exactly("dy/dt = cos(t*y); y(0) = 1")
    assert gc.get_threshold() == before
