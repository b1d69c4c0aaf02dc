"""What holds for all tests: no closed form is known from before, unless a test asks for that."""

from collections.abc import Iterator
from itertools import count

import pytest

from ratelaw.models.exact import kept

_NUMBERS = count()


@pytest.fixture(autouse=True, scope="session")
def nothing_known_to_fixtures() -> Iterator[None]:
    """Keep no closed form of what is made once for many tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "user_cache", lambda: None)
        yield


@pytest.fixture(autouse=True)
def nothing_known_from_before(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let each test find closed forms for itself, whatever was found before it or beside it."""
    folder = tmp_path_factory.getbasetemp() / f"forms-{next(_NUMBERS)}"
    monkeypatch.setattr(kept, "user_cache", lambda: folder)
