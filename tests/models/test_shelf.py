"""A shelf: the folder is the list, and a file is imported when it is asked for."""

import sys
from pathlib import Path

import pytest

from ratelaw.models.errors import UnknownNameError
from ratelaw.models.shelf import Shelf


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """Return a package of fruit, under a name that no other test imports."""
    folder = tmp_path / f"fruit_of_{request.node.name.partition('[')[0]}"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "_press.py").write_text("raise RuntimeError('not a member')")
    for fruit, colour in {"pear": "green", "apple": "red"}.items():
        (folder / f"{fruit}.py").write_text(f"FRUIT = {colour!r}")
    (folder / "durian.py").write_text("import a_package_nobody_has")
    monkeypatch.syspath_prepend(tmp_path)
    return folder


@pytest.fixture
def shelf(folder: Path) -> Shelf:
    return Shelf(folder.name, "FRUIT", "fruit")


def test_the_files_are_the_members(shelf: Shelf) -> None:
    assert shelf.names() == ("apple", "durian", "pear") == tuple(shelf)
    assert len(shelf) == 3


def test_a_member_is_what_its_file_binds(shelf: Shelf) -> None:
    assert shelf["pear"] == "green"


def test_a_file_dropped_into_the_folder_is_a_member(shelf: Shelf, folder: Path) -> None:
    (folder / "plum.py").write_text("FRUIT = 'blue'")
    assert shelf["plum"] == "blue"


def test_listing_imports_no_member(shelf: Shelf, folder: Path) -> None:
    assert "pear" in shelf
    assert repr(shelf) == "fruits: apple, durian and pear"
    assert not [m for m in sys.modules if m.startswith(f"{folder.name}.")]


def test_a_member_is_imported_once(shelf: Shelf) -> None:
    assert shelf["apple"] is shelf["apple"]


def test_only_who_asks_for_a_member_needs_what_it_needs(shelf: Shelf) -> None:
    assert shelf["apple"] == "red"
    with pytest.raises(ModuleNotFoundError, match="a_package_nobody_has"):
        shelf["durian"]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("peer", "no fruit is called 'peer'; there are apple, durian and pear. Did you mean pear?"),
        (
            "Apple",
            "no fruit is called 'Apple'; there are apple, durian and pear. Did you mean apple?",
        ),
        ("_press", "no fruit is called '_press'; there are apple, durian and pear."),
        ("os", "no fruit is called 'os'; there are apple, durian and pear."),
    ],
)
def test_an_unknown_name_is_answered_with_those_there_are(
    shelf: Shelf, name: str, problem: str
) -> None:
    with pytest.raises(UnknownNameError) as caught:
        shelf[name]
    assert str(caught.value) == problem
    assert name not in shelf


def test_an_unknown_name_is_a_key_error(shelf: Shelf) -> None:
    assert shelf.get("peer") is None
    with pytest.raises(KeyError):
        shelf["peer"]


def test_another_distribution_adds_a_member_by_an_entry_point(shelf: Shelf, folder: Path) -> None:
    installed = folder.parent / "quince-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: quince\nVersion: 1.0\n")
    (installed / "entry_points.txt").write_text(f"[{folder.name}]\nquince = math:pi\n")
    assert shelf.names() == ("apple", "durian", "pear", "quince")
    assert shelf["quince"] == pytest.approx(3.14159, rel=1e-5)
