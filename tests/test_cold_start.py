"""What a fresh process loads, and how long it waits."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

IMPORT_LIMIT = 0.3  # seconds
IMPORT = """
import json, sys, time
begin = time.perf_counter()
import ratelaw
print(json.dumps([time.perf_counter() - begin, sorted(sys.modules)]))
"""
SOLVE = """
import json, sys
import ratelaw as rl
sol = rl.solve(rl.library.cooling, 60)
assert sol.success
print(json.dumps(sorted(sys.modules)))
"""


def fresh(script: str, folder: Path):
    """Return what a script prints as JSON in a process of its own, away from the sources."""
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def after_import(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return fresh(IMPORT, tmp_path_factory.mktemp("import"))[1]


@pytest.fixture(scope="module")
def after_solve(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return fresh(SOLVE, tmp_path_factory.mktemp("solve"))


def test_import_loads_no_wing(after_import: list[str]) -> None:
    assert [m for m in after_import if m.startswith("ratelaw.")] == []
    assert "ratelaw" in after_import


@pytest.mark.parametrize("package", ["numpy", "sympy", "torch", "matplotlib"])
def test_import_does_not_load(package: str, after_import: list[str]) -> None:
    assert package not in after_import


def test_import_is_quick(tmp_path: Path) -> None:
    assert min(fresh(IMPORT, tmp_path)[0] for _ in range(3)) < IMPORT_LIMIT


@pytest.mark.parametrize(
    "package",
    [
        "sympy", "torch", "torchdiffeq", "matplotlib", "scipy", "xarray", "pandas", "rich", "html",
        "email", "ratelaw.models.tracing.trace", "ratelaw.models.symbolic.equations",
        "ratelaw.solvers.lanes.visits", "ratelaw.solvers.lanes.large.newton",
        "ratelaw.solvers.compose.large", "ratelaw.solvers.compose.implicit",
        "ratelaw.solvers.lanes.back.way_back", "ratelaw.solvers.methods.dop853",
    ],
)  # fmt: skip
def test_a_first_numeric_solve_does_not_load(package: str, after_solve: list[str]) -> None:
    assert package not in after_solve


FIND = """
import json
import ratelaw as rl
print(json.dumps(str(rl.solve_exactly(rl.library.cooling))))
"""
USE = """
import json, sys, time
import ratelaw as rl
first = rl.solve(rl.library.cooling, 60)
begin = time.process_time()
again = rl.solve(rl.library.cooling, 61)
print(json.dumps([again.method, time.process_time() - begin, sorted(sys.modules)]))
"""
WARM_LIMIT = 0.05  # seconds that an automatic choice may spend on closed forms


def test_a_closed_form_that_is_known_is_used_at_once_and_without_sympy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RATELAW_CACHE", str(tmp_path))
    fresh(FIND, tmp_path)
    method, seconds, loaded = fresh(USE, tmp_path)
    assert method == "exact"
    assert seconds < WARM_LIMIT
    assert "sympy" not in loaded


READ = """
import json
import ratelaw as rl
print(json.dumps(str(rl.model("dx/dt = -k*x; x(0) = 1; k = 2"))))
"""


@pytest.mark.parametrize("content", [None, b"", b"0" * 64 + b"\nno tables"], ids=repr)
def test_a_text_is_read_whatever_was_kept_of_the_grammar(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RATELAW_CACHE", str(tmp_path))
    kept = tmp_path / "grammar.lark"
    if content is not None:
        kept.write_bytes(content)
    assert "dx/dt = -k*x" in fresh(READ, tmp_path)
    assert kept.stat().st_size > 10_000
