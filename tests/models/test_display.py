"""Models and closed forms shown to people."""

import re
from html import escape

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.display import (
    closed_form_html,
    derivation_html,
    equations_text,
    pretty,
    to_html,
    to_latex,
)

COOLING = rl.library.cooling


def test_a_model_prints_as_mathematics() -> None:
    assert equations_text(COOLING) == "\n".join(
        [
            "dT/dt = -k·(T - T_s)",
            "",
            "T(0) = 90 °C",
            "k    = 0.07 1/min",
            "T_s  = 21 °C",
        ]
    )


def test_definitions_and_start_values_that_are_formulas_are_equations() -> None:
    text = "dT/dt = -F; F = k*T [degC/min]; T(0) = 4*T_s [degC]; k = 1 [1/min]; T_s = 2 [degC]"
    assert equations_text(rl.model(text)).splitlines()[:4] == [
        "dT/dt = -F",
        "F     = k·T  [°C/min]",
        "T(0)  = 4·T_s  [°C]",
        "",
    ]


@pytest.mark.parametrize(
    ("settings", "row"),
    [
        ({"k": 0.1}, "k    = 0.1 1/min (was 0.07)"),
        ({"k": np.linspace(0.1, 0.2, 5)}, "k    = 5 values along k in 1/min"),
        ({"T(0)": 80}, "T(0) = 80 °C"),
    ],
)
def test_what_was_set_is_shown(settings: dict, row: str) -> None:
    assert row in equations_text(COOLING(settings)).splitlines()


def test_a_value_never_given_is_a_question() -> None:
    text = equations_text(rl.model("dx/dt = -k*x"))
    assert text == "dx/dt = -k·x\n\nx(0) = ?\nk    = ?"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a*x^2 + x^12", "a·x² + x¹²"),
        ("x^2.5 + 2^x", "x^2.5 + 2^x"),
        ("x^(-1)*1e-9", "x^(-1)·1e-9"),
        ("xi*beta_1 + lambda", "ξ·β_1 + λ"),
        ("alphabet*T_mu", "alphabet·T_μ"),
        ("if(x <= 1, 2, 3)", "if(x ≤ 1, 2, 3)"),
    ],
)
def test_signs_of_mathematics(text: str, shown: str) -> None:
    assert pretty(text) == shown


def test_latex_is_one_aligned_block() -> None:
    assert to_latex(rl.library.lorenz) == (
        r"\begin{aligned} \frac{\mathrm{d}x}{\mathrm{d}t} &= \sigma \, \left(y - x\right) \\ "
        r"\frac{\mathrm{d}y}{\mathrm{d}t} &= x \, \left(\rho - z\right) - y \\ "
        r"\frac{\mathrm{d}z}{\mathrm{d}t} &= x \, y - \beta \, z \end{aligned}"
    )


@pytest.mark.parametrize("name", rl.library)
def test_every_library_model_is_shown_in_full(name: str) -> None:
    model = rl.library[name]
    text, html = equations_text(model), to_html(model)
    assert model._repr_html_() == html
    assert to_latex(model).count("&=") == text.split("\n\n")[0].count("\n") + 1
    for setting in model.values:
        assert pretty(setting) in text
        assert f"<td>{escape(pretty(setting))}</td>" in html
    assert_well_formed(html)


def assert_well_formed(html: str) -> None:
    """Check that every tag is closed in order, and that nothing is asked for from outside."""
    opened: list[str] = []
    for closing, tag in re.findall(r"<(/?)([a-z]+)[^>]*>", html):
        if closing:
            assert opened.pop() == tag
        else:
            opened.append(tag)
    assert opened == []
    assert html.count("$$") % 2 == 0
    assert not re.search(r"<(script|img|link)|src=|href=|url\(", html)


def test_html_has_a_table_with_units_and_remarks() -> None:
    html = to_html(COOLING(k=0.1))
    assert "<tr><td>k</td><td>0.1</td><td>1/min</td><td>(was 0.07)</td></tr>" in html
    assert "<tr><td>T(0)</td><td>90</td><td>°C</td><td></td></tr>" in html


def test_html_shows_what_a_parameter_means() -> None:
    html = to_html(rl.model("dx/dt = -k*x; x(0) = 1\nk = 2  # how fast"))
    assert "<td>k</td><td>2</td><td></td><td>how fast</td>" in html


def test_what_a_user_wrote_is_escaped() -> None:
    model = rl.model("dx/dt = -k*x; x(0) = 1\nk = 2  # <b>&", title="<script>", source="a < b")
    html = to_html(model)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "&lt;b&gt;&amp;" in html
    assert "a &lt; b" in html


def test_a_comparison_in_a_formula_is_escaped() -> None:
    html = to_html(rl.model("dx/dt = if(x < 1, 1, 2); x(0) = 0"))
    assert "x &lt; 1" in html
    assert "x < 1" not in html


def test_a_closed_form_is_its_formula_with_the_rest_folded_away() -> None:
    exact = rl.solve_exactly(COOLING)
    html = exact._repr_html_()
    assert html == closed_form_html(exact)
    assert html.startswith(f"<div>$${exact.latex}$$<details><summary>")
    assert derivation_html(exact.derivation) in html
    assert "valid for all t" in html
    assert_well_formed(html)


def test_a_derivation_is_a_numbered_list() -> None:
    derivation = rl.solve_exactly(COOLING).derivation
    html = derivation._repr_html_()
    assert html.count("<li>") == html.count("✓") == len(derivation)
    assert r"$$u(t) = u_{0} \, e^{-k \, t}$$" in html
    assert_well_formed(html)
