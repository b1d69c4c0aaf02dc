"""Every example in a docstring gives what it says."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WINGS = ("models", "solvers", "gpu")
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def modules(wing: str) -> list[str]:
    parts = [f.relative_to(ROOT).with_suffix("").parts for f in (ROOT / wing).rglob("*.py")]
    return sorted(".".join(["ratelaw", *(p for p in part if p != "__init__")]) for part in parts)


@pytest.mark.parametrize("name", [name for wing in WINGS for name in modules(wing)])
def test_examples_give_what_they_say(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name.startswith("ratelaw.gpu"):
        pytest.importorskip("torch", reason="gpu/ needs the gpu extra")
    monkeypatch.chdir(tmp_path)
    assert doctest.testmod(import_module(name), optionflags=FLAGS).failed == 0


@pytest.mark.parametrize("wing", WINGS)
def test_a_wing_has_modules(wing: str) -> None:
    assert modules(wing)


def test_there_are_examples_to_run() -> None:
    texts = [f.read_text() for wing in WINGS for f in (ROOT / wing).rglob("*.py")]
    assert any(">>> " in text for text in texts)
