"""A fit on one screen, as a person would print it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from textwrap import fill

import numpy as np

from ...models.errors import counted, listing
from ...models.notebook import preformatted, table
from .estimate import Estimate
from .result import FitResult

WORTH_SAYING = 0.9  # correlation
WIDTH = 80
HEADER = ("", "estimate", "std. error", "95 % interval", "")


def screen(fit: FitResult) -> str:
    """Return estimates with errors, how well it fits, how the starts agree, and what to doubt."""
    return "\n".join([_head(fit), "", *_table(fit), "", *_figures(fit), *_doubts(fit)])


def page(fit: FitResult) -> str:
    """Return the same for a notebook: the estimates as a table, the doubts as a list."""
    estimates = table(HEADER, [_row(fit[name]) for name in fit.names])
    words = preformatted("\n".join(_figures(fit)))
    items = "".join(f"<li>{escape(doubt)}</li>" for doubt in fit.doubts)
    doubts = f"<p><strong>Doubts</strong></p><ul>{items}</ul>" if items else ""
    return f"<div>{preformatted(_head(fit))}{estimates}{words}{doubts}</div>"


def _head(fit: FitResult) -> str:
    observed = listing(dict.fromkeys(fit.experiment.observables))
    readings = f"{counted(fit.n_data, 'reading')} of {observed}"
    count = counted(len(fit.names), "parameter")
    title = f"{fit.model.title}: " if fit.model.title else ""
    return f"Fit of {title}{count} to {readings}\n  by {fit.optimiser}, solved by {fit.method}"


def _table(fit: FitResult) -> list[str]:
    rows = [HEADER]
    rows += [_row(fit[name]) for name in fit.names]
    widths = [max(len(row[i]) for row in rows) for i in range(5)]
    aligned = [
        [
            r[0].ljust(widths[0]),
            *(c.rjust(w) for c, w in zip(r[1:4], widths[1:4], strict=True)),
            r[4],
        ]
        for r in rows
    ]
    return ["  " + "   ".join(row).rstrip() for row in aligned]


def _row(e: Estimate) -> tuple[str, str, str, str, str]:
    if e.at_bound:
        return e.name, f"{e.value:#.5g}", "at bound", "", e.unit
    if np.isinf(e.standard_error):
        return e.name, f"{e.value:#.5g}", "∞", "not determined", e.unit
    if np.isnan(e.standard_error):
        return e.name, f"{e.value:#.5g}", "-", "-", e.unit
    return (
        e.name,
        f"{e.value:#.5g}",
        f"{e.standard_error:.2g}",
        f"{e.low:#.5g} to {e.high:#.5g}",
        e.unit,
    )


def _figures(fit: FitResult) -> Iterator[str]:
    yield "  residual sd     " + ", ".join(
        f"{sd:#.5g}{f' {unit}' if unit else ''}" if np.isfinite(sd) else "-"  # nothing is left over
        for unit, sd in fit.residual_sds.items()
    )
    yield f"  sum of squares  {fit.sum_of_squares:#.6g}"
    noise = (
        "the standard deviation" if len(fit.objective.noises) == 1 else "the standard deviations"
    )
    yield (
        f"  criteria        AIC {fit.aic:.2f}, AICc {fit.aicc:.2f}, BIC {fit.bic:.2f}, "
        f"log-likelihood {fit.log_likelihood:.2f}"
    )
    yield f"  counted         {fit.n_estimated} estimated, {noise} included"
    pairs = _correlations(fit)
    if pairs:
        yield fill(f"  correlations    {pairs}", WIDTH, subsequent_indent=" " * 18)
    yield f"  starts          {fit.starts}"


def _correlations(fit: FitResult) -> str:
    found = [
        (float(fit.correlation[i, j]), a, b)
        for i, a in enumerate(fit.names)
        for j, b in enumerate(fit.names[:i])
        if abs(fit.correlation[i, j]) >= WORTH_SAYING
    ]
    found.sort(key=lambda item: -abs(item[0]))
    return ", ".join(f"{b} and {a} {value:.3f}" for value, a, b in found[:6])


def _doubts(fit: FitResult) -> Sequence[str]:
    if not fit.doubts:
        return []
    rows = [fill(s, WIDTH, initial_indent="  - ", subsequent_indent="    ") for s in fit.doubts]
    return ["", "Doubts", *rows]
