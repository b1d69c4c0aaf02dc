"""Formulas in their neatest form: what they say, and that they say the same."""

import math
import random

import pytest

import ratelaw as rl
from ratelaw.models.exact.solve import solve_exactly
from ratelaw.models.tape import Tape
from ratelaw.models.tape.writing.expression import to_latex, to_text
from ratelaw.models.tape.writing.neat import balanced, neat, operations

FORMS = {
    "T_s + (T_0 - T_s)*exp(-k*t)": "T_s + (T_0 - T_s)*exp(-k*t)",
    "k*x/k": "x",
    "exp(log(x + a))*exp(-t)": "(x + a)*exp(-t)",
    "exp(log(a) - b*exp(-t) - log(x))": "a/x*exp(-b*exp(-t))",
    "(1 - 1/sqrt(a))/(1/sqrt(a) + 1)": "(sqrt(a) - 1)/(1 + sqrt(a))",
    "(x - b/a)*exp(-t)/(x + b/a)": "(x*a - b)/(x*a + b)*exp(-t)",
    "(x - b/a)/(x + b)": "(x - b/a)/(x + b)",
    "b*x^2/(2*(b*x^2))": "1/2",
    "x/(cos(t)/cos(b))": "x*cos(b)/cos(t)",
    "-(t - 1) - 1 - 1": "-(t + 1)",
    "0.5*a*y": "a*y/2",
    "0.75*y + 0.25": "(3*y + 1)/4",
    "0.07*y": "0.07*y",
    "x^-1*y^0.5": "sqrt(y)/x",
    "a/(b - c)*exp(-c*t) + a/(c - b)*exp(-b*t)": "a/(b - c)*(exp(-c*t) - exp(-b*t))",
    "a*exp(-k*t) + b*t*exp(-k*t)": "(a + b*t)*exp(-k*t)",
    "0.5*a*exp(t/a) + 0.5*a*exp(-t/a)": "a*cosh(t/a)",
    "0.5*(x + a)*exp(t) + 0.5*(x - a)*exp(-t)": "x*cosh(t) + a*sinh(t)",
    "exp(1)*exp(t - 1)": "exp(t)",
    "a*log(abs(x)) + b - a*log(abs(x - c*t))": "b + a*log(abs(x/(x - c*t)))",
    "a - a*exp(-k*t)": "a*(1 - exp(-k*t))",
    "-2*a + b": "b - 2*a",
    "a*cos(2*(t^2/2))": "a*cos(t^2)",
    "3*a/sqrt(108)": "a/(2*sqrt(3))",
    "3*a/sqrt(3)": "sqrt(3)*a",
    "1/sqrt(1 + 1/3*t^2)": "1/sqrt(1 + t^2/3)",
    "a*sqrt(x)/sqrt(a*x + b)": "a*sqrt(x)/sqrt(a*x + b)",
    "a/sqrt(x)": "a/sqrt(x)",
    "1/(x + a)^1.5": "1/(x + a)^(3/2)",
    "2/(a*b)^(1/3)": "2/(a*b)^(1/3)",
    "cos(-t) + sin(-a*t)": "cos(t) - sin(a*t)",
    "(0.5*x + 2.5*t)/(0.5 - 0.5*x)": "(x + 5*t)/(1 - x)",
}


def formula(text: str) -> Tape:
    return rl.model(f"dz/dt = {text}").states[0].rate


@pytest.mark.parametrize("text", FORMS)
def test_a_formula_is_written_as_a_textbook_has_it(text: str) -> None:
    found = neat(formula(text), "t")
    assert to_text(found.tape, fractions=found.fractions) == (FORMS[text],)


@pytest.mark.parametrize("text", FORMS)
def test_the_neatest_form_is_the_same_function_and_no_longer(text: str) -> None:
    tape, draw = formula(text), random.Random(0)
    found = neat(tape, "t").tape
    assert operations(found) <= operations(tape)
    for _ in range(5):
        point = [draw.uniform(0.5, 2.0) for _ in tape.inputs]
        assert found(*point) == pytest.approx(tape(*point), rel=1e-12)


PIECES = (
    "{}*{}", "{} + {}", "3*{} - {}/4", "{}/{}", "sqrt({})*{}", "{}/sqrt({})", "exp(-{})*{}",
    "log(5*{}) - log({})", "({})^2/{}", "({})^1.5 - {}/7", "-{}*{}", "0.5*{} + 1.5*{}",
    "exp({}) + exp(-{})", "cos({})/{}", "abs({})^-0.5*{}", "3*{}/sqrt(3*{})", "({})^(-1/3)*{}",
)  # fmt: skip


def grown(draw: random.Random, depth: int) -> str:
    """Return a formula made at random."""
    if depth <= 0:
        return draw.choice(("a", "b", "x", "t", "2", "(a + b)", "(b + a)", "(t + x)", "0.25"))
    parts = [grown(draw, depth - draw.choice((1, 2))) for _ in range(2)]
    return f"({draw.choice(PIECES).format(*parts)})"


@pytest.mark.parametrize("seed", range(40))
def test_formulas_made_at_random_stay_the_same_functions(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(10):
        text = grown(draw, 3)
        tape = formula(text)
        found = neat(tape, "t").tape
        point = [draw.uniform(0.5, 2.0) for _ in tape.inputs]
        value = tape(*point)[0]
        if math.isfinite(value):
            size = max(1.0, abs(value))
            assert abs(found(*point)[0] - value) <= 1e-9 * size, text


@pytest.mark.parametrize("name", ["rlc_circuit", "radon_chain", "solow", "van_de_vusse", "sis"])
def test_answers_of_the_library_are_the_same_functions(name: str) -> None:
    exact, draw = solve_exactly(getattr(rl.library, name), budget=20), random.Random(1)
    for part in exact.parts:
        tape = part.solved.formula
        if not isinstance(tape, Tape):
            continue
        found = neat(tape, "t").tape
        for _ in range(3):
            point = [draw.uniform(0.5, 2.0) for _ in tape.inputs]
            for one, other in zip(found(*point), tape(*point), strict=True):
                assert one == pytest.approx(other, rel=1e-8) or math.isnan(other)


def test_an_equation_is_balanced_with_its_state_on_the_left() -> None:
    left, right = formula("-(t + 2*q*log(h)/k^2)"), formula("-2*q*log(q)/k^2")
    found = balanced(left, right, "h", "t")
    assert " = ".join(to_text(found.tape)) == "log(h) = log(q) - k^2*t/(2*q)"


def test_fractions_are_set_as_fractions_in_latex() -> None:
    found = neat(formula("x - 0.5"), "t")
    assert to_latex(found.tape, fractions=found.fractions) == (r"x - \frac{1}{2}",)


@pytest.mark.parametrize(
    ("model", "answer"),
    {
        "dT/dt = -k*(T - T_s); T(0) = 90; k = 0.07; T_s = 21":
            "T(t) = T_s + (T_0 - T_s)*exp(-k*t)",
        "dv/dt = u*q/(m - q*t) - g; v(0) = w; u = 3; q = 0.1; m = 1; g = 9.8; w = 0":
            "v(t) = w - g*t + u*log(abs(m/(m - q*t)))",
        "x'' = -2*a*x' - a^2*x; a = 1; x(0) = b; x'(0) = c; b = 1; c = 1":
            "x(t) = (b + (a*b + c)*t)*exp(-a*t)",
    }.items(),
)  # fmt: skip
def test_answers_are_printed_as_in_textbooks(model: str, answer: str) -> None:
    assert str(solve_exactly(model, budget=20)) == answer


def test_what_must_grow_and_shrink_is_not_written_as_an_oscillation() -> None:
    exact = solve_exactly(
        "dx/dt = -a*y; dy/dt = -b*x; x(0) = 5; y(0) = 4; a = 0.1; b = 0.2", budget=20
    )
    assert "C = cosh(w*t)" in str(exact)
    assert "where a*b < 0 with cos, sin" in str(exact)
