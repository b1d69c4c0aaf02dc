"""What random tests draw does not depend on which other tests are run, nor on what is loaded."""

import sys
from types import ModuleType

from hypothesis import given
from hypothesis import strategies as st


def drawn() -> list[object]:
    found: list[object] = []

    @given(st.integers(), st.floats(), st.text())
    def test(whole: int, number: float, text: str) -> None:
        found.append((whole, repr(number), text))

    test()
    return found


def test_what_is_drawn_is_the_same_whatever_is_loaded(tmp_path, monkeypatch) -> None:
    before = drawn()
    text = tmp_path / "newly_loaded.py"
    text.write_text(f"NUMBERS = {[7_130_071 + 13 * k for k in range(500)]}\n")
    module = ModuleType("newly_loaded")
    module.__file__ = str(text)
    monkeypatch.setitem(sys.modules, "newly_loaded", module)
    assert len(before) > 50
    assert drawn() == before
