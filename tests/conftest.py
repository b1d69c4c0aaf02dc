"""What holds for all tests: no closed form is known from before, unless a test asks for that."""

import sys
from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

from ratelaw.models.exact import kept

_NUMBERS = count()

# A busy machine is not a slow function; and what passes once passes again.
settings.register_profile("ratelaw", deadline=None, derandomize=True)
settings.load_profile("ratelaw")
# Among what it draws are numbers and words of our own modules, of those that happen to be loaded:
# what one selection of tests drew another did not. None are looked for.
providers._get_local_constants = lambda: providers._local_constants


@pytest.fixture(autouse=True, scope="session")
def nothing_known_to_fixtures() -> Iterator[None]:
    """Keep no closed form of what is made once for many tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "user_cache", lambda: None)
        yield


@pytest.fixture(autouse=True)
def no_figure_left_open() -> Iterator[None]:
    """Close what a test drew, where pyplot keeps a list of it."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


@pytest.fixture(autouse=True)
def nothing_known_from_before(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let each test find closed forms for itself, whatever was found before it or beside it."""
    folder = tmp_path_factory.getbasetemp() / f"forms-{next(_NUMBERS)}"
    monkeypatch.setattr(kept, "user_cache", lambda: folder)
