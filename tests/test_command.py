"""The command: what it prints and writes, and that every mistake is one sentence and a status."""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ratelaw as rl
from ratelaw.__main__ import main
from ratelaw.models.published import FIELDS

COFFEE = """
dT/dt = -k*(T - T_s)     # Newton's law of cooling
T(0)  = 90   [degC]
k     = 0.07 [1/min]     # how fast
T_s   = 21   [degC]
"""
FREE = ("--free", "k=log:0.001:1", "--free", "T_s=0:40")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a model and some data; a terminal of 80 columns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "coffee.ode").write_text(COFFEE)
    (tmp_path / "k.ode").write_text("dT/dt = -k*T; T(0) = 1")
    (tmp_path / "wrong.ode").write_text("dT/dt = -2k*T; T(0) = 1")
    (tmp_path / "units.ode").write_text(
        "dT/dt = -k*T; T(0) = 1 [degC]; k = 2 [1/min^2]; t0 = 1 [min]"
    )
    (tmp_path / "bytes.ode").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "start.ode").write_text("dx/dt = -x")
    (tmp_path / "semicolons.csv").write_text("# from the kitchen\ntime;T\n0;1,5\n1;2\n")
    (tmp_path / "tabs.csv").write_text("time\tT\n0\t1\n1\t2\n")
    (tmp_path / "column.csv").write_text("time,temperature\n0,1\n1,2\n")
    times = np.arange(0.0, 60.0, 5.0)
    noise = 0.1 * np.cos(7 * times)
    frame = pd.DataFrame({"time": times, "T": 21 + 69 * np.exp(-0.07 * times) + noise})
    frame.to_csv(tmp_path / "data.csv", index=False)
    return tmp_path


def status_of(*arguments: str) -> int:
    """Run the command in this process and return its exit status."""
    with pytest.raises(SystemExit) as end:
        main(arguments)
    return int(end.value.code or 0)


def test_solve_prints_times_with_units(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of("solve", "coffee.ode", "--set", "k=0.1", "--until", "60") == 0
    printed = capsys.readouterr().out
    assert "time [min]" in printed
    assert "T [degC]" in printed
    assert f"{21 + 69 * np.exp(-6):.4g}" in printed


def test_solve_draws_and_writes_every_value(folder: Path) -> None:
    command = "solve coffee.ode --set k=0.1 --until 60 --plot coffee.png --csv out.csv"
    assert status_of(*command.split()) == 0
    assert (folder / "coffee.png").read_bytes().startswith(b"\x89PNG")
    frame = pd.read_csv(folder / "out.csv")
    np.testing.assert_allclose(frame["T"], 21 + 69 * np.exp(-0.1 * frame["time"]), rtol=1e-5)


def test_solve_knows_the_library(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of("solve", "lotka_volterra", "--until", "10") == 0
    assert "hare" in capsys.readouterr().out


def test_a_start_value_is_set_by_its_name(folder: Path) -> None:
    assert status_of("solve", "cooling", "--set", "T(0)=80", "--until", "9", "--csv", "o.csv") == 0
    assert pd.read_csv(folder / "o.csv")["T"][0] == 80


@pytest.mark.parametrize(("text", "values"), [("1:2:3", [1, 1.5, 2]), ("1,4", [1, 4])])
def test_several_values_make_a_sweep(text: str, values: list[float], folder: Path) -> None:
    assert (
        status_of("solve", "cooling", "--set", f"k={text}", "--until", "9", "--csv", "o.csv") == 0
    )
    assert sorted(set(pd.read_csv(folder / "o.csv")["k"])) == values


def test_show_prints_equations_units_and_the_closed_form(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert status_of("show", "coffee.ode") == 0
    printed = capsys.readouterr().out
    for part in ("dT/dt = -k*(T - T_s)", "degC", "1/min", "how fast", "exp(-k*t)", "T(0) = 90"):
        assert part in printed


def test_show_says_when_there_is_no_closed_form(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of("show", "lorenz") == 0
    assert "closed form" in capsys.readouterr().out


def test_list_names_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of("list") == 0
    printed = capsys.readouterr().out
    for name in (*rl.library, *rl.datasets, *rl.methods, "scipy"):
        assert name in printed


def test_list_shows_every_field_in_lines_that_fit(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of("list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert {field.capitalize() for field in FIELDS} <= {*lines}
    assert max(map(len, lines)) <= 80


def test_list_shows_one_field(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of("list", "Epidemiology") == 0
    printed = capsys.readouterr().out
    assert "dS/dt = -beta*S*I/N" in printed
    assert not any(name in printed for name in ("lorenz", "bass", "cooling_water"))


def test_show_says_what_to_look_at_and_what_rests(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of("show", "lotka_volterra") == 0
    printed = capsys.readouterr().out
    for part in ("fox = alpha/beta", "centre", "The foxes peak", "doi:10.1038/118558a0"):
        assert part in printed


def test_fit_prints_and_writes_estimates(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = ("--json", "out.json", "--plot", "fit.png")
    assert status_of("fit", "coffee.ode", "data.csv", *FREE, "--starts", "4", *files) == 0
    assert "T_s" in capsys.readouterr().out
    written = json.loads((folder / "out.json").read_text())
    assert written["parameters"]["k"]["estimate"] == pytest.approx(0.07, rel=0.05)
    assert (folder / "fit.png").read_bytes().startswith(b"\x89PNG")


MISTAKES = {
    "solve cofee.ode --until 1": "there is no file 'cofee.ode'\n",
    "solve wrong.ode --until 1": "line 1, column 11: a number touches a name; write 2*k",
    "solve k.ode --until 1": "k has no value; give one: --set k=0.1",
    "solve start.ode --until 1": "or give one: --set 'x(0)=1'",
    "solve cooling --until 1 --set T=1": "its start value is called T(0): --set 'T(0)=…'",
    "solve cooling --until 1 --set k=1 --set k=2": "--set: k is given twice; keep one",
    "solve cooling --until 1 --set k=0:1:100000000": "one sweep has at most 1,000,000 values",
    "solve bytes.ode --until 1": "not a text file",
    "solve . --until 1": "no file '.'",
    "solve cooling --until 1 --set K=1": "no K in this model",
    "solve cooling --until 1 --set k": "--set: got 'k'",
    "solve cooling --until 1 --set k=fast": "--set: got 'k=fast'",
    "solve cooling --until 1 --set k=1:2": "--set: got 'k=1:2'",
    "solve cooling --until 1 --set k=1:2:0": "k: got an empty array",
    "solve cooling --until 1 --set k=nan": "k: got nan",
    "solve cooling --until nan": "times must be finite",
    "solve cooling --until soon": "Invalid value for '--until'",
    "solve cooling": "Missing option '--until'",
    "solve cooling --until 1 --method tsit6": "no method or backend is called 'tsit6'",
    "solve cooling --until 1 --plot cup.gif": "a picture's name ends in .png, .svg, .pdf",
    "solve cooling --until 1 --plot no/cup.png": "no folder 'no'",
    "solve cooling --until 1 --csv no/cup.csv": "no folder 'no'",
    "show colling": "Did you mean cooling?",
    "show units.ode": "left is degC/min, right is degC/min^2",
    "fit coffee.ode none.csv --free k=0:1": "no file 'none.csv'",
    "fit coffee.ode column.csv --free k=0:1": "temperature",
    "fit coffee.ode data.csv --free k=0:1 --free k=1:2": "--free: k is given twice; keep one",
    "fit coffee.ode semicolons.csv --free k=0:1": "columns are separated by semicolons",
    "fit coffee.ode tabs.csv --free k=0:1": "columns are separated by tabs",
    "fit coffee.ode data.csv": "Missing option '--free'",
    "fit coffee.ode data.csv --free k": "--free: got 'k'",
    "fit coffee.ode data.csv --free k=lin:0:1": "--free: got 'k=lin:0:1'",
    "fit coffee.ode data.csv --free k=1:0": "k",
    "fit coffee.ode data.csv --free K=0:1": "no K in this model",
    "fit coffee.ode data.csv --free k=0:1 --starts 0": "starts: got 0",
    "fit coffee.ode data.csv --free k=0:1 --json no/o.json": "no folder 'no'",
    "list ecology": "no field is called 'ecology'",
    "brew": "No such command 'brew'",
}


@pytest.mark.parametrize("command", MISTAKES)
def test_a_mistake_is_told_in_a_sentence(
    command: str, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    before = sorted(folder.iterdir())
    assert status_of(*command.split()) == 2
    said = capsys.readouterr().err
    assert MISTAKES[command] in said
    assert "Traceback" not in said
    assert sorted(folder.iterdir()) == before


def test_work_that_fails_ends_with_another_status(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "burst.ode").write_text("dx/dt = x^2; x(0) = 1")
    assert status_of("solve", "burst.ode", "--until", "2") == 1
    assert "blows up" in capsys.readouterr().err


def test_a_folder_in_the_way_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "out.csv").mkdir()
    assert status_of("solve", "cooling", "--until", "2", "--csv", "out.csv") == 2
    assert capsys.readouterr().err.startswith("ratelaw: out.csv: ")
    assert [f.name for f in folder.iterdir() if f.name.endswith(".part")] == []


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ratelaw", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_process_of_its_own_says_its_version() -> None:
    assert run("--version").stdout.strip() == f"ratelaw {rl.__version__}"


def test_a_process_of_its_own_tells_a_mistake() -> None:
    done = run("solve", "cooling", "--until", "1", "--set", "K=1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1


def test_help_is_quick() -> None:
    begin = time.perf_counter()
    assert run("--help").returncode == 0
    assert time.perf_counter() - begin < 2
