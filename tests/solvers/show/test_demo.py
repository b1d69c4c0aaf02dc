"""The study of the mug gives the figures it is known for, and says in words only what they say."""

import json
import re
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

import ratelaw as rl
from ratelaw.solvers.demo import words
from ratelaw.solvers.demo.page import Findings
from ratelaw.solvers.demo.run import run

PICTURES = ("exact", "fit", "laws", "mugs", "descent")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("out") / "demo"


@pytest.fixture(scope="module")
def told(folder: Path) -> tuple[Findings, str]:
    """What the study found, and what it printed."""
    printed = StringIO()
    found = run(folder, Console(file=printed, width=80), starts=64, draws=400)
    return found, printed.getvalue()


@pytest.fixture(scope="module")
def found(told: tuple[Findings, str]) -> Findings:
    return told[0]


@pytest.fixture(scope="module")
def printed(told: tuple[Findings, str]) -> str:
    """Everything printed, in one line."""
    return " ".join(told[1].split())


def test_one_body_gives_the_known_figures(found: Findings) -> None:
    one = found.one
    assert f"{one.estimates['k']:.5f}" == "0.02096"
    assert f"{one.estimates['T_s']:.2f}" == "27.00"
    assert f"{one.estimates['T(0)']:.2f}" == "89.14"
    assert f"{one.residual_sd:.2f}" == "1.49"
    assert f"{one.sum_of_squares:.1f}" == "484.6"


def test_all_starts_agree(found: Findings, printed: str) -> None:
    assert found.one.starts.agree == found.one.starts.n == 64
    assert "All 64 starts agree: k = 0.02096" in printed


def test_two_bodies_give_the_known_figures(found: Findings) -> None:
    assert found.two.sum_of_squares == pytest.approx(6.12, abs=0.01)
    assert f"{found.two.residual_sd:.2f}" == "0.17"


def test_the_difference_of_aic_follows_from_the_sums_of_squares(
    found: Findings, printed: str
) -> None:
    ratio = found.one.sum_of_squares / found.two.sum_of_squares
    gain = 222 * np.log(ratio) - 2 * 2
    assert found.one.aic - found.two.aic == pytest.approx(gain, rel=1e-6)
    assert f"AIC is better by {gain:.0f}" in printed


def test_it_doubts_its_own_first_law_in_words(printed: str) -> None:
    assert "strongly autocorrelated (lag-1 0.99" in printed
    assert "the law is wrong for this mug" in printed


def test_exact_and_numerical_solutions_are_close(found: Findings) -> None:
    assert len(found.solved.differences) == 2
    assert max(d.largest for d in found.solved.differences.values()) < 1e-3


def test_mugs_that_never_cool_are_counted(found: Findings, printed: str) -> None:
    mugs = found.mugs
    end = mugs.solution["T"].isel(time=-1)
    assert mugs.draws == 400
    assert mugs.never == int((end >= mugs.limit).sum())
    assert f"Of 400 mugs solved as one batch {mugs.never} stay hotter" in printed


def test_gauss_newton_takes_fewer_steps_than_gradient_descent(found: Findings) -> None:
    steps = {name: found.descent.steps(name) for name in found.descent.paths}
    assert steps["Gauss-Newton"] is not None
    assert steps["gradient descent"] is None or steps["gradient descent"] > steps["Gauss-Newton"]


def test_both_walks_end_at_the_valley_of_the_surface(found: Findings) -> None:
    lowest = found.descent.loss.isel(found.descent.loss.argmin(...))
    for path in found.descent.paths.values():
        assert path[-1] == pytest.approx([float(lowest["k"]), float(lowest["T_s"])], rel=0.05)


def test_every_step_is_announced_before_its_result(told: tuple[Findings, str]) -> None:
    assert re.findall(r"^(\d)  \w", told[1], re.MULTILINE) == list("1234567")


def test_the_last_screen_fits_one(told: tuple[Findings, str]) -> None:
    screen = told[1].partition("Results")[2].splitlines()
    assert len(screen) <= 24
    assert max(map(len, screen)) <= 80


@pytest.mark.parametrize("name", PICTURES)
def test_each_picture_is_a_file_and_in_the_report(name: str, folder: Path, found: Findings) -> None:
    assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    assert (folder / "report.html").read_text().count("<img") == len(PICTURES)


def test_the_report_asks_nothing_from_outside(folder: Path, found: Findings) -> None:
    report = (folder / "report.html").read_text()
    assert not re.search(r"https?://|<script|<link|@import", report)
    assert set(re.findall(r'src="(data:image/png;base64,|[^"]*)', report)) == {
        "data:image/png;base64,"
    }


def test_the_report_says_what_was_printed(folder: Path, found: Findings) -> None:
    report = (folder / "report.html").read_text()
    for sentence in (words.about_doubt(found.one)[0], words.about_mugs(found.mugs)):
        assert sentence in report


def test_the_numbers_are_in_a_file(folder: Path, found: Findings) -> None:
    written = json.loads((folder / "fit.json").read_text())
    assert written["cooling"]["parameters"]["k"]["estimate"] == found.one.estimates["k"]
    assert written["two_body_cooling"]["sum_of_squares"] == found.two.sum_of_squares


def test_nothing_half_written_is_left(folder: Path, found: Findings) -> None:
    expected = {"report.html", "fit.json", *(f"{name}.png" for name in PICTURES)}
    assert {file.name for file in folder.iterdir()} == expected


@pytest.fixture(scope="module")
def honest() -> rl.FitResult:
    """A fit of the right law to readings with independent errors."""
    times = np.linspace(0, 60, 61)
    values = 21 + 69 * np.exp(-0.07 * times) + np.random.default_rng(1).normal(0, 0.2, times.size)
    return rl.fit(rl.library.cooling, {"time": times, "T": values}, {"k": rl.log(1e-3, 1)})


def test_a_right_law_is_not_doubted(honest: rl.FitResult) -> None:
    (sentence,) = words.about_doubt(honest)
    assert "nothing speaks against the law" in sentence


def test_a_law_that_is_no_better_is_not_praised(honest: rl.FitResult) -> None:
    verdict = " ".join(words.about_better(honest, honest))
    assert "worse by 0" in verdict
    assert "no support" not in verdict


def test_the_first_line_appears_at_once(tmp_path: Path) -> None:
    begin = time.perf_counter()
    command = [sys.executable, "-m", "ratelaw", "demo", "--out", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        waited = time.perf_counter() - begin
        process.kill()
    assert line.strip() == "How fast does this mug cool?"
    assert waited < 2
