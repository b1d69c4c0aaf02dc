"""The report of the study: what was asked, done, found and doubted, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...models.exact.solve import ClosedForm
from ...models.model import Model
from ...models.tape.writing.expression import to_latex, to_text
from ...models.tape.writing.latex import latex_name
from ..fit.result import FitResult
from ..report import (
    Html,
    Section,
    formula,
    numbered,
    page,
    picture,
    remark,
    table,
    text_block,
    words,
)
from . import words as say
from .study import Descent, Solved, WhatIf

TITLE = "How fast does this mug cool?"


@dataclass(frozen=True)
class Findings:
    """Everything the study found."""

    data: Any
    law: Model
    solved: Solved
    one: FitResult
    two: FitResult
    mugs: WhatIf
    descent: Descent


def report(found: Findings, figures: Mapping[str, Any]) -> str:
    """Return the page.

    Parameters
    ----------
    found
        The values.
    figures
        A matplotlib figure for each picture's name.
    """
    sections = [
        Section("Read the model", _law(found)),
        Section("Solve it, exactly and numerically", _solved(found.solved, figures)),
        Section("Fit it", _fitted(found.one, figures)),
        Section("Doubt it", tuple(map(remark, say.about_doubt(found.one)))),
        Section("Fit a law for water and mug", _better(found, figures)),
        Section("What if?", _mugs(found.mugs, figures)),
        Section("How fitting works", _walks(found.descent, figures)),
    ]
    lead = say.in_short(found.one, found.two, found.mugs)
    return page(TITLE, lead, sections, f"Readings: {found.data.attrs['source']}.")


def equations(model: Model) -> list[Html]:
    """Return the equations of a model, one formula each."""
    time = latex_name(model.time)
    return [
        formula(
            rf"\frac{{d{latex_name(s.name)}}}{{d{time}}} = {to_latex(s.rate)[0]}",
            f"d{s.name}/d{model.time} = {to_text(s.rate)[0]}",
        )
        for s in model.states
    ]


def exactly(exact: ClosedForm) -> list[Html]:
    """Return a closed form as a formula, the steps that lead to it, and its certificate."""
    steps = [(words(s.words), formula(s.latex, s.text)) for s in exact.derivation.steps]
    return [formula(exact.latex, str(exact)), numbered(steps), words(f"{say.certified(exact)}")]


def _law(found: Findings) -> tuple[Html, ...]:
    law = found.law
    about = words(say.about_data(found.data))
    return (about, *equations(law), text_block(law.text), words(say.about_law(law)))


def _solved(solved: Solved, figures: Mapping[str, Any]) -> tuple[Html, ...]:
    drawn = picture(
        figures["exact"],
        "Distance of two numerical solutions from the exact one, against time, on a log scale",
        "How far the numerical solutions are from the exact one.",
    )
    said = words(say.about_solving(solved))
    return (*exactly(solved.exact), said, drawn)


def _fitted(fit: FitResult, figures: Mapping[str, Any]) -> tuple[Html, ...]:
    drawn = picture(
        figures["fit"],
        "Readings with the fitted curve; residuals against time below, which follow a curve; where "
        "each start ended at the right",
        "Readings and fitted curve, what is left over, and where each start ended.",
    )
    return (*_figures(fit), drawn)


def _figures(fit: FitResult) -> tuple[Html, ...]:
    return words(f"{say.agreement(fit)}."), _table(fit), words(say.about_scatter(fit))


def _table(fit: FitResult) -> Html:
    rows = [
        (n, f"{e.value:#.4g}", f"{e.standard_error:.2g}", f"{e.low:#.4g} to {e.high:#.4g}", e.unit)
        for n, e in ((n, fit[n]) for n in fit.names)
    ]
    return table(("", "estimate", "standard error", "95 % interval", "unit"), rows)


def _better(found: Findings, figures: Mapping[str, Any]) -> tuple[Html, ...]:
    drawn = picture(
        figures["laws"],
        "Readings with the curves of both laws, and the residuals of both laws against time",
        "Both laws: above the curves, below what each leaves over.",
    )
    said = map(words, say.about_better(found.one, found.two))
    return (*equations(found.two.model), *_figures(found.two), *said, drawn)


def _mugs(mugs: WhatIf, figures: Mapping[str, Any]) -> tuple[Html, ...]:
    drawn = picture(
        figures["mugs"],
        "Above, bands of temperature against time; below, a histogram of the times",
        "The mugs' temperatures, and when they are cool enough.",
    )
    return (words(say.about_spread(mugs)), words(say.about_mugs(mugs)), drawn)


def _walks(descent: Descent, figures: Mapping[str, Any]) -> tuple[Html, ...]:
    drawn = picture(
        figures["descent"],
        "Contours of the sum of squares over k and T_s with the paths of two optimisers",
        "From the square to the star. Gradient descent knows the slope of the surface only; "
        "Gauss-Newton knows how every reading's prediction changes with the parameters.",
    )
    return (words(say.about_walks(descent)), drawn)
