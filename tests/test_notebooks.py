"""Each notebook runs from top to bottom, holds no outputs, and uses the front door only."""

import ast
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1] / "notebooks"
ALLOWED = {"ratelaw", "numpy", "matplotlib"}

each_notebook = pytest.mark.parametrize(
    "path", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.stem
)


def code(path: Path) -> list:
    cells = nbformat.read(path, as_version=4).cells
    found = [cell for cell in cells if cell.cell_type == "code"]
    assert found
    return found


@each_notebook
def test_a_notebook_runs(path: Path, tmp_path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    there = {"metadata": {"path": tmp_path}}
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources=there).execute()


@each_notebook
def test_a_notebook_is_stored_without_outputs(path: Path) -> None:
    assert [cell for cell in code(path) if cell.outputs or cell.execution_count] == []


@each_notebook
def test_a_notebook_uses_the_front_door_only(path: Path) -> None:
    tree = ast.parse("\n".join(cell.source for cell in code(path)))
    plain = [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    names = [*plain, *(n.module or "." for n in ast.walk(tree) if isinstance(n, ast.ImportFrom))]
    assert "ratelaw" in names
    assert {name.partition(".")[0] for name in names} <= ALLOWED
    assert not [name for name in names if "._" in name]
