"""What holds for all tests: no closed form is known from before, unless a test asks for that."""

from itertools import count

import pytest

from ratelaw.models.exact import kept

_NUMBERS = count()


@pytest.fixture(autouse=True)
def nothing_known_from_before(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let each test find closed forms for itself, whatever was found before it or beside it."""
    folder = tmp_path_factory.getbasetemp() / f"forms-{next(_NUMBERS)}"
    monkeypatch.setattr(kept, "user_cache", lambda: folder)
