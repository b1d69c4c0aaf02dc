"""The README does what it says: examples run and print what is shown, commands exist."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
SETUP = ("git", "cd", "pip", "uv", "python3")  # other people's commands


class Block(NamedTuple):
    """One fenced block, and the output that a text block right below it promises."""

    language: str
    text: str
    line: int
    output: str | None

    def __str__(self) -> str:
        return f"{self.language}-line-{self.line}"


FENCE = r"^```{}\n(.*?)^```[ \t]*$"
READER = re.compile(
    FENCE.format(r"(\w*)[^\n]*") + r"(?:\s*?" + FENCE.format("text") + ")?",
    re.MULTILINE | re.DOTALL,
)


def blocks(language: str) -> list[Block]:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = [
        Block(m[1], m[2], readme.count("\n", 0, m.start()) + 1, m[3])
        for m in READER.finditer(readme)
    ]
    return [block for block in found if block.language == language]


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]


def commands() -> list[list[str]]:
    text = "".join(block.text for block in blocks("sh"))
    words = [shlex.split(line.removeprefix("$ "), comments=True) for line in text.splitlines()]
    return [w for w in words if w]


def exists(command: list[str], folder: Path) -> bool:
    name, *arguments = command
    if name == "make":
        rules = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
        return bool(arguments) and set(arguments) <= set(rules)
    if name == "ratelaw":
        asked = [sys.executable, "-m", "ratelaw", *arguments[:1], "--help"]
        return subprocess.run(asked, cwd=folder, capture_output=True, check=False).returncode == 0
    return name in SETUP


@pytest.mark.parametrize("block", blocks("python"), ids=str)
def test_an_example_runs_and_prints_what_is_said(
    block: Block,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    source = "\n" * block.line + block.text  # so that a traceback counts as the README does
    exec(compile(source, str(ROOT / "README.md"), "exec"), {"__name__": "readme"})
    if block.output is not None:
        assert lines(capsys.readouterr().out) == lines(block.output)


def test_an_example_shows_its_output() -> None:
    assert [block for block in blocks("python") if block.output is not None]


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_a_command_exists(command: list[str], tmp_path: Path) -> None:
    assert exists(command, tmp_path)
