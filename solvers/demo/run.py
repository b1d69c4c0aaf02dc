"""The study run step by step: it tells what it finds as it goes, and leaves a report behind."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from ...models.files import write_whole
from ...models.lazy import load
from ..fit.result import FitResult
from ..plot.style import png
from . import pictures, study
from . import words as say
from .page import Findings, report

FAR_OFF = {"k": 0.009, "T_s": 12.0}  # where the walks of step 7 begin


def run(folder: Path, console: Any, *, starts: int = 64, draws: int = 10_000) -> Findings:
    """Run the study, print it, and write it into a folder.

    Parameters
    ----------
    folder
        Made if needed; gets ``report.html``, ``fit.json`` and the pictures.
    console
        A rich console.
    starts, draws
        Starts of the first fit (the second, which takes longer, gets an eighth), and mugs.
    """
    began = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    found = _study(_Teller(console), starts, draws)
    figures = draw(found)
    for name, figure in figures.items():
        write_whole(folder / f"{name}.png", png(figure))
    write_whole(folder / "report.html", report(found, figures))
    write_whole(folder / "fit.json", json.dumps(results(found), indent=2) + "\n")
    _print_results(console, found)
    files = ", ".join(f"{name}.png" for name in figures)
    console.print(f"\nIn {folder}: report.html, fit.json, {files}", soft_wrap=False)
    console.print(f"{time.monotonic() - began:.0f} s", style="dim")
    return found


class _Teller:
    """Prints the number and title of a step before it begins, and what it found after."""

    def __init__(self, console: Any) -> None:
        self.console, self.number = console, 0

    def begin(self, title: str) -> None:
        self.number += 1
        self.console.print(f"\n{self.number}  {title}", style="bold")

    def say(self, *sentences: str) -> None:
        padding = load("rich.padding").Padding
        text = load("rich.text").Text
        for sentence in sentences:
            self.console.print(padding(text(sentence), (0, 0, 0, 3)))


def _study(teller: _Teller, starts: int, draws: int) -> Findings:
    teller.begin("Read the model")
    data, law = study.readings(), study.read_law()
    teller.say(say.about_data(data), law.text, say.about_law(law))

    teller.begin("Solve it, exactly and numerically")
    solved = study.solve_law(law, data["time"].to_numpy())
    teller.say(str(solved.exact.derivation), say.certified(solved.exact), say.about_solving(solved))

    teller.begin(f"Fit k, T_s and T(0), from {starts} starts")
    one = study.fit_law(law, data, starts)
    teller.say(say.about_estimates(one), say.about_scatter(one))

    teller.begin("Doubt it")
    teller.say(*say.about_doubt(one))

    teller.begin("Fit a law for water and mug")
    two = study.fit_two_bodies(data, max(1, starts // 8))
    teller.say(say.about_estimates(two), *say.about_better(one, two))

    teller.begin("What if? Many mugs")
    mugs = study.what_if(two.model, draws)
    teller.say(say.about_spread(mugs), say.about_mugs(mugs))

    teller.begin("How fitting works: two walks down the loss surface")
    kept = law({"T(0)": one.estimates["T(0)"]})
    descent = study.walk_down(kept, data, FAR_OFF)
    teller.say(say.about_walks(descent))
    return Findings(data, law, solved, one, two, mugs, descent)


def draw(found: Findings) -> dict[str, Any]:
    """Return every picture of the study by name."""
    return {
        "exact": pictures.differences(found.solved),
        "fit": found.one.plot(),
        "laws": pictures.both_laws(found.one, found.two),
        "mugs": pictures.mugs(found.mugs),
        "descent": pictures.walks(found.descent),
    }


def results(found: Findings) -> dict[str, Any]:
    """Return the numbers of the study, ready for JSON."""
    low, median, high = found.mugs.quantiles
    return {
        "cooling": found.one.to_dict(),
        "two_body_cooling": found.two.to_dict(),
        "aic_gain": found.one.aic - found.two.aic,
        "what_if": {
            "draws": found.mugs.draws, "limit": found.mugs.limit, "q05": low, "median": median,
            "q95": high, "never": found.mugs.never,
        },
        "steps": {name: found.descent.steps(name) for name in found.descent.paths},
    }  # fmt: skip


def _print_results(console: Any, found: Findings) -> None:
    table = load("rich.table").Table(box=None, pad_edge=False, header_style="dim")
    for column in ("", "Newton's law", "water and mug"):
        table.add_column(column, justify="right" if column else "left")
    one, two = _figures(found.one), _figures(found.two)
    for name in {**one, **two}:
        table.add_row(name, one.get(name, ""), two.get(name, ""))
    console.print()
    console.rule("Results", align="left", style="dim")
    console.print(table)
    console.print(f"\n{say.in_short(found.one, found.two, found.mugs)}")


def _figures(fit: FitResult) -> dict[str, str]:
    units = fit.model.units
    unit = units[fit.model.states[0].name]
    return {
        "residual sd": f"{fit.residual_sd:.2f} {unit}",
        "sum of squares": f"{fit.sum_of_squares:.4g} {unit}^2",
        "AIC": f"{fit.aic:.1f}",
        "lag-1 of residuals": f"{say.lag(fit):.2f}",
        "starts that agree": f"{fit.starts.agree} of {fit.starts.n}",
        **{name: f"{value:#.4g} {units[name]}" for name, value in fit.estimates.items()},
    }
