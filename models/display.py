"""Models and closed forms shown to people: aligned text for a terminal, LaTeX, HTML for a notebook.

The HTML asks for nothing from outside; notebooks typeset the formulas between dollar signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from .event_text import event_latex, event_text
from .exact.derivation import Derivation
from .exact.solve import ClosedForm
from .language.write import bounds_text, equations, rate_name
from .lower import varying
from .model import Model
from .notation import aligned
from .notebook import table
from .symbols import Parameter
from .tape import Tape
from .tape.writing.expression import to_latex as formula_latex
from .tape.writing.expression import to_text
from .tape.writing.latex import latex_name
from .tape.writing.pieces import number
from .units.read import pretty_unit

_GREEK: dict[str, str] = dict(
    zip(
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
        "upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega".split(),
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ",
        strict=True,
    )
)
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class _Equation(NamedTuple):
    """A formula with its left side."""

    left: str
    left_latex: str
    formula: Tape
    unit: str = ""


class _Value(NamedTuple):
    """A number with what belongs to it."""

    name: str
    value: str
    unit: str
    remark: str = ""

    @property
    def text(self) -> str:
        """All of it in one line."""
        link = " in " if " " in self.value else " "
        quantity = f"{self.value}{link}{self.unit}" if self.unit else self.value
        return f"{quantity} {self.remark}".rstrip()


def equations_text(model: Model) -> str:
    """Return a model printed as mathematics: its equations, then its values with their units.

    Examples
    --------
    >>> from ratelaw.models.specify import model
    >>> print(equations_text(model("dT/dt = -k*T; T(0) = 90 [degC]; k = 0.07 [1/min]")))
    dT/dt = -k·T
    <BLANKLINE>
    T(0) = 90 °C
    k    = 0.07 1/min
    """
    equations = [
        (
            pretty(e.left),
            pretty(to_text(e.formula, model.units)[0]) + (f"  [{e.unit}]" if e.unit else ""),
        )
        for e in _equations(model)
    ]
    values = [(pretty(v.name), v.text) for v in _values(model)]
    events = "\n".join(pretty(event_text(e, model.time)) for e in model.events)
    parts = [_aligned(equations), events, _aligned(values) if values else ""]
    return "\n\n".join(part for part in parts if part)


def pretty(text: str) -> str:
    """Return a formula in signs of mathematics: x² for x^2, · for *, Greek letters."""
    text = re.sub(r"\^(\d+)(?![\d.e])", lambda found: found[1].translate(_RAISED), text)
    text = re.sub(r"[^\W\d_]+", lambda found: _GREEK.get(found[0], found[0]), text)
    return text.replace("*", "·").replace("<=", "≤").replace("==", "=")


def to_latex(model: Model) -> str:
    """Return the equations and events of a model as one aligned block of LaTeX."""
    rows = [f"{e.left_latex} &= {formula_latex(e.formula)[0]}" for e in _equations(model)]
    return aligned([*rows, *map(_event_row, (event_latex(e, model.time) for e in model.events))])


def _event_row(event: tuple[str, str]) -> str:
    due, what = event
    return rf"{due}\text{{:}}\quad & {what}"


def to_html(model: Model) -> str:
    """Return a model for a notebook: equations, a table of values with units, the source."""
    title = f"<p><strong>{escape(model.title)}</strong></p>" if model.title else ""
    source = f"<p><small>{escape(model.source)}</small></p>" if model.source else ""
    notes = {p.name: p.note for p in (*model.parameters, *model.states)}
    rows = [
        (pretty(v.name), v.value, v.unit, v.remark or notes.get(v.name, "")) for v in _values(model)
    ]
    values = table(("name", "value", "unit", ""), rows) if rows else ""
    return f"<div>{title}{_displayed(to_latex(model))}{values}{source}</div>"


def closed_form_html(exact: ClosedForm) -> str:
    """Return a closed form for a notebook: the formula, and folded away how it was found."""
    found = f"{derivation_html(exact.derivation)}<p>{escape(str(exact.certificate))}</p>"
    folded = f"<details><summary>Derivation and certificate</summary>{found}</details>"
    return f"<div>{_displayed(exact.latex)}{folded}</div>"


def derivation_html(derivation: Derivation) -> str:
    """Return a derivation for a notebook, as a numbered list."""
    items = (
        f"<li>{escape(step.words)}{' ✓' if step.checked else ''}{_displayed(step.latex)}</li>"
        for step in derivation
    )
    return f"<ol>{''.join(items)}</ol>"


def _equations(model: Model) -> Iterator[_Equation]:
    """Yield rates, definitions, and start values that are formulas."""
    time = latex_name(model.time)
    for name, order, rate in equations(model):
        yield _Equation(rate_name(name, order, model.time), _rate_latex(name, order, time), rate)
    for d in model.definitions:
        if d.role == "table":
            continue
        yield _Equation(d.name, latex_name(d.name), d.formula, pretty_unit(d.unit))
    for s in model.states:
        if s.start is not None and s.start.inputs:
            latex = f"{latex_name(s.name)}({number(model.t0)})"
            yield _Equation(model.start_name(s.name), latex, s.start, pretty_unit(s.unit))


def _rate_latex(name: str, order: int, time: str) -> str:
    times = f"^{{{order}}}" if order > 1 else ""
    return rf"\frac{{\mathrm{{d}}{times}{latex_name(name)}}}{{\mathrm{{d}}{time}{times}}}"


def _values(model: Model) -> Iterator[_Value]:
    """Yield start values and parameters that are numbers, or ought to be."""
    for s in model.states:
        if s.start is None or not s.start.inputs:
            yield _value(model, model.start_name(s.name), s.unit, None)
    for p in model.parameters:
        changed = p.declared is not None and p.declared != p.value
        yield _value(model, p.name, p.unit, p.declared if changed else None, _kind(p))


def _kind(p: Parameter) -> str:
    """Return what else is said of a parameter: that it is constant, or its bounds."""
    return "(constant)" if p.fixed else bounds_text(p).strip()


def _value(model: Model, name: str, unit: str, was: float | None, more: str = "") -> _Value:
    known = model.values.get(name)
    if name in varying(model):
        along = next(d for d in model.dimensions if name in dict(d.columns))
        return _Value(name, f"{along.size} values along {along.name}", pretty_unit(unit))
    remark = f"{more} {'' if was is None else f'(was {number(was)})'}".strip()
    return _Value(name, "?" if known is None else number(known), pretty_unit(unit), remark)


def _aligned(rows: Sequence[tuple[str, str]]) -> str:
    width = max(len(left) for left, _ in rows)
    return "\n".join(f"{left:{width}} = {right}" for left, right in rows)


def _displayed(latex: str) -> str:
    return f"$${escape(latex, quote=False)}$$"
