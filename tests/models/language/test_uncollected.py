import gc
from weakref import ref

import pytest

import ratelaw as rl
from ratelaw.models.errors import SpecificationError
from ratelaw.models.uncollected import uncollected


@pytest.fixture(autouse=True)
def collected():
    yield
    gc.enable()


def test_garbage_is_not_looked_for_until_the_work_is_done():
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_who_looks_for_no_garbage_need_not_afterwards():
    gc.disable()
    rl.model("dx/dt = -x; x(0) = 1")
    assert not gc.isenabled()


def test_garbage_is_looked_for_again_after_a_text_that_cannot_be_read():
    with pytest.raises(SpecificationError):
        rl.model("dx/dt = -2x; x(0) = 1")
    assert gc.isenabled()


class Circle:
    """Something that holds itself."""

    def __init__(self):
        self.own = self


def test_what_was_made_meanwhile_is_not_looked_through_at_once():
    with uncollected():
        made = [[i] for i in range(400_000)]
        looked = [of["collections"] for of in gc.get_stats()]
    made.append([0])  # at which Python would begin to look
    assert [of["collections"] for of in gc.get_stats()] == looked


def test_circles_made_meanwhile_are_found_later():
    with uncollected():
        made = [[i] for i in range(400_000)]
        circle = ref(Circle())
    assert circle() is not None
    gc.collect()
    assert made
    assert circle() is None


def test_what_others_have_frozen_stays_frozen():
    gc.freeze()
    frozen = gc.get_freeze_count()
    try:
        with uncollected():
            made = [[i] for i in range(400_000)]
        assert made
        assert gc.get_freeze_count() == frozen
    finally:
        gc.unfreeze()
