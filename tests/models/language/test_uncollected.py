import gc

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
