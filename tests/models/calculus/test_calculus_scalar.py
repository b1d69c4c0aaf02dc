"""Scalar derivatives: every rule and operation against numbers, and the words around them."""

import math

import mpmath
import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from ratelaw import calculus
from ratelaw.models.calculus.complex_step import COMPLEX
from ratelaw.models.calculus.formula import Formula
from ratelaw.models.errors import InputError, SpecificationError, UnknownNameError
from ratelaw.models.tape.operations import FUNCTIONS, OPERATIONS, arity


@pytest.mark.parametrize("name", calculus.RULES)
def test_a_rule_holds_for_its_example(name: str) -> None:
    assert calculus.rule(name).check, str(calculus.rule(name).check)


@pytest.mark.parametrize("name", calculus.RULES)
def test_a_rule_is_the_one_its_example_uses(name: str) -> None:
    rule = calculus.rule(name)
    if "x" in Formula.read(rule.left).names:
        used = [step.rule for step in calculus.explain(rule.left, "x")]
        assert f"{name} rule" in used


def test_an_unknown_rule_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnknownNameError, match=r"product.*Did you mean chain\?"):
        calculus.rule("chan")


def test_complex_steps_know_every_operation() -> None:
    assert COMPLEX.keys() == OPERATIONS.keys()


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_the_derivative_of_a_function_agrees_with_complex_steps(name: str) -> None:
    arguments = ", ".join(["x^2/9", "x"][: arity(name)])
    found = calculus.derivative(f"3*{name}({arguments}) + x", "x")
    assert found.check, str(found.check)


# What a person would write, and the same function for arithmetic of 50 digits.
KNOWN = {
    "sin(x^2)": ("2*x*cos(x^2)", lambda x: mpmath.sin(x**2)),
    "x*sin(x)": ("x*cos(x) + sin(x)", lambda x: x * mpmath.sin(x)),
    "x/(1 + x^2)": ("(1 - x^2)/(x^2 + 1)^2", lambda x: x / (1 + x**2)),
    "exp(-3*x)": ("-3*exp(-3*x)", lambda x: mpmath.exp(-3 * x)),
    "x^x": ("x^x*(log(x) + 1)", lambda x: x**x),
    "2^x": ("log(2)*2^x", lambda x: mpmath.mpf(2) ** x),
    "sqrt(1 + x^2)": ("x/sqrt(x^2 + 1)", lambda x: mpmath.sqrt(1 + x**2)),
    "log(x)/x": ("(1 - log(x))/x^2", lambda x: mpmath.log(x) / x),
    "x^(1/3)": ("1/(3*x^(2/3))", lambda x: x ** (mpmath.mpf(1) / 3)),
    "0.07*x^3": ("0.21*x^2", lambda x: mpmath.mpf("0.07") * x**3),
    "if(x < 9, x^2, x)": ("if(x < 9, 2*x, 1)", lambda x: x**2),
}


@pytest.mark.parametrize("text", KNOWN)
def test_a_derivative_is_written_as_on_paper(text: str) -> None:
    assert str(calculus.derivative(text, "x")) == KNOWN[text][0]


@pytest.mark.parametrize("text", KNOWN)
def test_a_derivative_agrees_with_differences_of_fifty_digits(text: str) -> None:
    with mpmath.workdps(50):
        exact = mpmath.diff(KNOWN[text][1], mpmath.mpf("0.7"))
    assert calculus.derivative(text, "x").at(x=0.7) == pytest.approx(float(exact), rel=1e-13)


EXPRESSIONS = st.recursive(
    st.sampled_from(["x", "y", "2", "0.5", "3"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(st.sampled_from(["sin", "exp", "tanh", "atan", "-"]), inner).map(
            lambda p: f"{p[0]}({p[1]})"
        ),
        inner.map(lambda e: f"({e})^2"),
    ),
    max_leaves=5,
)


def readable(text: str) -> Formula:
    """Return a formula, or give up the example where the reader refuses it, as 1/(x - x)."""
    try:
        return Formula.read(text)
    except SpecificationError:
        reject()


@settings(max_examples=40, deadline=None)
@given(EXPRESSIONS)
def test_any_derivative_agrees_with_complex_steps_where_it_is_defined(text: str) -> None:
    formula = readable(f"x + {text}")
    found = calculus.derivative(str(formula), "x") if "x" in formula.names else None
    if found is not None and found.check.points:
        assert found.check.error < 1e-7, f"{text}: {found}, {found.check}"


@settings(max_examples=40, deadline=None)
@given(EXPRESSIONS)
def test_any_derivative_reads_back_to_the_same_values(text: str) -> None:
    assume({"x", "y"} == set(readable(f"x*y + {text}").names))
    found = calculus.gradient(f"x*y + {text}", ["x", "y"])
    for entry in found.entries:
        point = {"x": 0.37, "y": 1.21}
        value, again = entry.at(point), readable(str(entry)).at(point)
        assert again == pytest.approx(value, rel=1e-12, nan_ok=True)


def test_other_names_are_held_constant_and_it_is_said() -> None:
    found = calculus.explain("k*x^2", "x")
    assert found[0].rule == "held constant"
    assert found[0].text == "k"
    assert "∂/∂x" in found[-1].text


def test_one_variable_alone_is_written_with_a_straight_d() -> None:
    assert "∂" not in str(calculus.explain("x^2", "x"))


def test_each_piece_is_explained_once() -> None:
    steps = calculus.explain("sin(x)*sin(x) + sin(x)", "x")
    assert [s.rule for s in steps].count("derivative of sin") == 1


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("x + 3", ["sum rule", "variable", "constant rule", "together"]),
        ("sin(x) - x", ["difference rule", "derivative of sin", "variable", "together"]),
        ("5*x", ["multiple rule", "variable", "together"]),
        ("x/5", ["multiple rule", "variable", "together"]),
        ("-x", ["multiple rule", "variable", "together"]),
        ("x*exp(x)", ["product rule", "variable", "derivative of exp", "together"]),
        ("exp(x)/x", ["quotient rule", "derivative of exp", "variable", "together"]),
        ("2^x", ["exponential rule", "together"]),
        ("x^3", ["power rule", "together"]),
    ],
)
def test_the_rules_are_named_in_the_order_a_person_uses_them(text: str, rules: list[str]) -> None:
    assert [s.rule for s in calculus.explain(text, "x")] == rules


def test_a_deep_expression_is_no_trouble() -> None:
    text = "x"
    for _ in range(60):
        text = f"sin({text})"
    assert calculus.derivative(text, "x").check


@pytest.mark.parametrize("text", ["", "x +", "2x", "x = 3", "sin(", "__import__('os')"])
def test_what_cannot_be_read_is_said(text: str) -> None:
    with pytest.raises(SpecificationError):
        calculus.derivative(text, "x")


def test_a_name_that_is_not_there_is_said() -> None:
    with pytest.raises(UnknownNameError, match=r"wrt: there is no y; there is x\."):
        calculus.derivative("x^2", "y")


class TestDifferenceQuotient:
    @pytest.mark.parametrize(
        ("text", "at"), [("x^2", 1), ("exp(x)", 0.3), ("sin(x)", 1), ("1/x", 2)]
    )
    @pytest.mark.parametrize(("scheme", "order"), [("forward", 1), ("central", 2)])
    def test_the_error_falls_with_the_order_of_the_scheme(
        self, text: str, at: float, scheme: str, order: int
    ) -> None:
        rows = calculus.difference_quotient(text, at, scheme=scheme).rows
        if not rows[2].rounding:
            fall = math.log10(rows[1].error / rows[2].error)
            assert fall == pytest.approx(order, abs=0.1)

    @pytest.mark.parametrize("text", ["exp(x)", "sin(x)", "x^3"])
    def test_rounding_takes_over_near_the_square_root_of_the_rounding_unit(self, text: str) -> None:
        found = calculus.difference_quotient(text, 1)
        assert 1e-9 <= found.turning <= 1e-7
        assert found.best.step / found.turning == pytest.approx(1, rel=10)

    def test_after_rounding_took_over_it_keeps(self) -> None:
        rows = calculus.difference_quotient("exp(x)", 1).rows
        assert [r.rounding for r in rows] == sorted(r.rounding for r in rows)

    def test_the_quotient_is_simplified_until_the_step_divides_no_more(self) -> None:
        assert str(calculus.difference_quotient("x^2", 3).quotient) == "h + 2*x"

    def test_a_constant_has_no_error_at_all(self) -> None:
        assert "rounding never takes over" in str(calculus.difference_quotient("5", at=1))

    def test_a_function_of_another_name(self) -> None:
        assert calculus.difference_quotient("t^3", at=2).slope == 12

    @pytest.mark.parametrize(
        ("text", "at", "scheme"),
        [
            ("x*y", 1, "forward"),
            ("log(x)", -1, "forward"),
            ("x", 1, "both"),
            ("x", math.inf, "central"),
            ("abs(x)", 0, "central"),
        ],
    )
    def test_what_it_cannot_do_is_said(self, text: str, at: float, scheme: str) -> None:
        with pytest.raises(InputError):
            calculus.difference_quotient(text, at, scheme=scheme)
