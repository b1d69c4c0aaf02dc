"""Formulas in writing: as a person would, in the language of models and in LaTeX."""

import pytest

from ratelaw.models.language.read import read_expression
from ratelaw.models.tape import Builder
from ratelaw.models.tape.writing.expression import to_latex, to_text
from ratelaw.models.tape.writing.latex import latex_name
from ratelaw.models.tape.writing.pieces import number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.0, "2"), (-3.0, "-3"), (0.07, "0.07"), (1e-9, "1e-9"), (1.5e22, "1.5e22"),
        (1e15, "1000000000000000"), (1e16, "1e16"), (1 / 3, "0.3333333333333333"), (-0.0, "0"),
    ],
)  # fmt: skip
def test_a_number_is_short_and_loses_nothing(value: float, text: str) -> None:
    assert number(value) == text
    assert float(text) == value


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("-k*(T-T_s)", "-k*(T - T_s)"),
        ("(a*b)*c", "a*b*c"),
        ("a*(b*c)", "a*(b*c)"),
        ("a/(b*c)", "a/(b*c)"),
        ("(a+b)+c", "a + b + c"),
        ("a-(b-c)", "a - (b - c)"),
        ("-(x^2)", "-x^2"),
        ("(-x)^2", "(-x)^2"),
        ("2^(-x)", "2^(-x)"),
        ("x^(y^z)", "x^y^z"),
        ("(x^y)^z", "(x^y)^z"),
        ("x**-2", "x^-2"),
        ("x*2", "2*x"),
        ("a + -2*x", "a - 2*x"),
        ("-(a+b)*c", "-(a + b)*c"),
        ("if(a>b,1,-1)", "if(b < a, 1, -1)"),
        ("2*(a<b)", "2*(a < b)"),
        ("sin(2*pi*t)", "sin(2*pi*t)"),
        ("x/(2*pi) - pi/3", "x/(2*pi) - pi/3"),
        ("4*pi/3*r^3", "4*pi/3*r^3"),
        ("(-pi)^x + x^(2*pi)", "(-pi)^x + x^(2*pi)"),
        ("3.14159*x", "3.14159*x"),
        ("pulse(t, 1, 2)", "pulse(t, 1, 2)"),
        ("pulse(t, 0, w)", "pulse(t, 0, w)"),
        ("pulse(2*t, a, b)", "pulse(2*t, a, b)"),
        ("step(t - 1) - step(t - 4)", "pulse(t, 1, 3)"),
        ("step(t - 4) - step(t - 1)", "step(t - 4) - step(t - 1)"),
        ("step(t - 0.1) - step(t - 0.3)", "step(t - 0.1) - step(t - 0.3)"),
    ],
)
def test_a_formula_is_written_with_the_brackets_it_needs(text: str, written: str) -> None:
    assert to_text(read_expression(text)) == (written,)


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("-k*(T - T_s)", r"-k \, \left(T - T_{s}\right)"),
        ("a*(b*c)", r"a \, b \, c"),
        ("a - (b - c)", r"a - \left(b - c\right)"),
        ("a/b/c", r"\frac{\frac{a}{b}}{c}"),
        ("(a/b)^2", r"\left(\frac{a}{b}\right)^{2}"),
        ("x^(-k*t)", r"x^{-k \, t}"),
        ("exp(-k*t)^2", r"\left(e^{-k \, t}\right)^{2}"),
        ("sqrt(x) + abs(y)", r"\sqrt{x} + \left|y\right|"),
        ("floor(x)", r"\left\lfloor x \right\rfloor"),
        ("atan(x)*log1p(y)", r"\arctan\left(x\right) \, \operatorname{log1p}\left(y\right)"),
        ("2*3.5e-9*x", r"7 \cdot 10^{-9} \, x"),
        ("1e-9*x", r"10^{-9} \, x"),
        ("x*(y <= 2)", r"x \, \left(y \leq 2\right)"),
        ("if(x < 1, a, b)", r"\begin{cases} a & x < 1 \\ b & \text{otherwise} \end{cases}"),
        ("lambda*S", r"\lambda \, S"),
    ],
)
def test_a_formula_in_latex(text: str, latex: str) -> None:
    assert to_latex(read_expression(text)) == (latex,)


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("T", "T"), ("T_s", "T_{s}"), ("alpha", r"\alpha"), ("k_on", r"k_{\mathrm{on}}"),
        ("rate", r"\mathrm{rate}"), ("mu_max", r"\mu_{\mathrm{max}}"), ("x_alpha", r"x_{\alpha}"),
        ("_x", r"\mathrm{\_x}"), ("a_b_c", r"a_{\mathrm{b\_c}}"), ("x_", r"\mathrm{x\_}"),
    ],
)  # fmt: skip
def test_a_symbol_in_latex(name: str, latex: str) -> None:
    assert latex_name(name) == latex


def test_symbols_may_be_set_otherwise() -> None:
    assert to_latex(read_expression("a*b"), {"a": r"\dot{x}"}) == (r"\dot{x} \, b",)


def test_what_is_endless_ends_in_an_ellipsis() -> None:
    builder = Builder(["x"])
    (x,) = builder.inputs
    for _ in range(200):
        x = x * x + 1
    (text,) = to_text(builder.finish([x]))
    assert "…" in text
    assert len(text) < 1_000_000


def test_pi_is_written_in_digits_where_it_is_the_name_of_something_else() -> None:
    (written,) = to_text(read_expression("sin(2*pi*t)"), ["pi"])
    assert written == "sin(6.283185307179586*t)"


def test_pi_is_set_as_a_letter_in_latex() -> None:
    assert to_latex(read_expression("2*pi*t")) == (r"2 \pi \, t",)
