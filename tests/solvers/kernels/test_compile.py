"""Machine code from text: kept on disk, checked, bounded, and refused in words."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ratelaw.models.cache import VARIABLE, DiskCache, user_cache
from ratelaw.models.tape import Builder
from ratelaw.solvers.kernels.compile import compiled, forget, host
from ratelaw.solvers.kernels.llvm import function

SIGNATURE = (("f", "vpp"),)


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "kept"))
    forget()
    return tmp_path / "kept"


def text_of(number: float) -> str:
    builder = Builder("a")
    return function("f", builder.finish([builder.inputs[0] + number]), host())


def value(text: str) -> float:
    x = np.full(host().width, 2.0)
    y = np.empty(host().width)
    compiled(text, SIGNATURE).functions[0](x.ctypes.data, y.ctypes.data)
    return y[0]


def test_what_was_compiled_is_kept(folder):
    assert value(text_of(1.5)) == 3.5
    (kept,) = folder.iterdir()
    before = kept.stat().st_mtime_ns, kept.read_bytes()
    forget()
    assert value(text_of(1.5)) == 3.5
    assert kept.read_bytes() == before[1]
    assert len([*folder.iterdir()]) == 1


@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b[:-9] + b"\0" * 9, lambda b: b""])
def test_what_was_damaged_is_compiled_again(folder, damage):
    value(text_of(2.5))
    (kept,) = folder.iterdir()
    sound = kept.read_bytes()
    kept.write_bytes(damage(sound))
    forget()
    assert value(text_of(2.5)) == 4.5
    assert kept.read_bytes() == sound


@pytest.mark.parametrize("content", [b"junk", b"", b"\x7fELF" + bytes(60)])
def test_what_cannot_be_linked_is_compiled_again_although_it_looks_sound(folder, content):
    value(text_of(2.5))
    (kept,) = folder.iterdir()
    sound = kept.read_bytes()
    DiskCache(folder, ".o").put(kept.stem, content)
    forget()
    assert value(text_of(2.5)) == 4.5
    assert kept.read_bytes() == sound


def test_the_machine_code_of_another_module_is_not_taken_up(folder):
    value(text_of(2.5))
    (first,) = folder.iterdir()
    value(text_of(1.5))
    (second,) = {*folder.iterdir()} - {first}
    second.write_bytes(first.read_bytes())
    forget()
    assert value(text_of(1.5)) == 3.5


def test_what_cannot_be_compiled_at_all_is_told(folder):
    with pytest.raises(RuntimeError, match="the C library has no"):
        compiled(text_of(1.5) + "declare void @no_such_function()\n", SIGNATURE)


def test_different_texts_are_kept_apart(folder):
    assert [value(text_of(x)) for x in (1.0, 2.0)] == [3.0, 4.0]
    assert len([*folder.iterdir()]) == 2


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file" / "kept"))
    forget()
    assert value(text_of(3.0)) == 5.0


def test_no_folder_at_all_can_be_asked_for(monkeypatch):
    monkeypatch.setenv(VARIABLE, "")
    assert user_cache() is None
    forget()
    assert value(text_of(4.0)) == 6.0


def test_what_was_not_used_for_longest_goes_first(tmp_path):
    cache = DiskCache(tmp_path, ".o", limit=200)
    for i in range(4):
        cache.put(f"{i + 1}", b"x" * 40)  # 72 bytes each, with their digest
    assert cache.get("1") == b"x" * 40  # used again, so it stays
    cache.tidy()
    assert cache.get("1") is not None
    assert cache.get("2") is None
    assert len([*tmp_path.iterdir()]) == 2


def test_nothing_but_what_was_put_is_returned(tmp_path):
    cache = DiskCache(tmp_path, ".o")
    assert cache.get("absent") is None
    cache.put("a", b"content")
    assert cache.get("a") == b"content"


CONCURRENT = """
import sys
import ratelaw as rl
print(float(rl.solve(rl.library.lotka_volterra, [20], method="lanes:tsit5").y[0, -1]))
"""


def test_processes_that_compile_at_once_do_not_disturb_each_other(folder, tmp_path):
    command = [sys.executable, "-c", CONCURRENT]
    running = [
        subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    found = {process.communicate(timeout=60)[0] for process in running}
    assert len(found) == 1
    assert [process.returncode for process in running] == [0] * 3
    assert {path.suffix for path in folder.iterdir()} == {".o", ".lark"}


def test_functions_run_seldom_may_be_called_from_those_run_often():
    seldom = text_of(1.5)
    often = "declare void @f(ptr, ptr)\n" + seldom.replace("@f(ptr %x", "@twice(ptr %x").replace(
        "  ret void", "  call void @f(ptr %y, ptr %y)\n  ret void"
    )
    x, y = np.full(host().width, 2.0), np.empty(host().width)
    (twice,) = compiled(often, (("twice", "vpp"),), seldom).functions
    twice(x.ctypes.data, y.ctypes.data)
    assert y[0] == 5.0


def test_a_text_that_calls_what_is_not_there_is_refused():
    text = "declare double @no_such_function(double)\n" + text_of(1.0)
    with pytest.raises(RuntimeError, match="the C library has no no_such_function"):
        compiled(text, SIGNATURE)


def test_a_text_that_is_no_module_is_refused():
    with pytest.raises(RuntimeError, match="error"):
        compiled("define nonsense", SIGNATURE)


@pytest.mark.skipif(sys.platform != "linux", reason="fills the address space as Linux does")
def test_code_and_its_constants_stay_together_where_address_space_is_scarce():
    program = [sys.executable, str(Path(__file__).with_name("crowded.py"))]
    environment = {**os.environ, VARIABLE: ""}
    done = subprocess.run(program, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
