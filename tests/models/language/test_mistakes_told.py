"""The mistakes newcomers make most, and what they are told, word for word."""

import ast
import math
import re

import pytest

import ratelaw as rl
from ratelaw.models import lazy
from ratelaw.models.errors import RatelawError, SpecificationError

COFFEE = """
    dT/dt = -k*(T - T_s)
    T(0)  = 90   [degC]
    k     = 0.07 [1/min]
    T_s   = 21   [degC]
"""


def told(wrong, *arguments, **settings) -> str:
    """Return the first line of what is said when a call is refused."""
    with pytest.raises(RatelawError) as caught:
        wrong(*arguments, **settings)
    return str(caught.value).split("\n")[0]


def test_a_number_that_touches_a_name_is_pointed_at():
    with pytest.raises(SpecificationError) as caught:
        rl.model("dT/dt = -2k*(T-T_s)")
    assert str(caught.value).splitlines() == [
        "line 1, column 11: a number touches a name; write 2*k",
        "    dT/dt = -2k*(T-T_s)",
        "              ^",
    ]


def test_a_name_the_model_does_not_have_is_compared_with_those_it_has():
    assert told(rl.model(COFFEE), K=0.1) == (
        "no K in this model; it has k, T_s and the start value T(0). Did you mean k?"
    )


def test_a_parameter_without_a_value_is_named_with_the_call_that_gives_one():
    @rl.model(start={"T": 90})
    def coffee(t, T, *, k, T_s=21):
        return -k * (T - T_s)

    assert told(rl.solve, coffee, 60) == "k has no value; give one: coffee(k=0.1)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dx/dt = -k*x; x(0) = 1", "k has no value; give one: model(k=0.1)"),
        ("dx/dt = -a*b*x; x(0) = 1", "a and b have no value; give one: model(a=0.1, b=0.1)"),
        (
            "dx/dt = -lambda*x; x(0) = 1",
            "lambda has no value; give one: model({'lambda': 0.1})",
        ),
        (
            "x'' = -x; x(0) = 1",
            "x' has no start value; write x'(0) = … in the model, or give one: "
            'model({"x\'(0)": 1})',
        ),
    ],
)
def test_the_call_that_gives_a_value_can_be_typed_as_it_stands(text, said):
    assert told(rl.solve, rl.model(text), 1) == said
    ast.parse(said.partition("give one: ")[2])


def test_units_that_disagree_are_shown_side_by_side_with_what_may_be_missing():
    wrong = COFFEE.replace("-k*(T - T_s)", "-(T - T_s)")
    assert told(rl.model, wrong) == (
        "line 2, column 5: dT/dt: left is degC/min, right is degC: is a rate constant missing?"
    )


def test_an_explicit_method_on_a_stiff_model_says_how_far_it_came_and_what_to_use():
    stiff = rl.model("dx/dt = -1e6*(x - cos(t)); dy/dt = -y; x(0) = 0; y(0) = 1")
    said = told(rl.solve, stiff, 60, method="dopri5", max_steps=10_000)
    shape = (
        r"dopri5: 10 000 steps reached t = 0\.\d+ of 60 \(state [xy]\); "
        r'the model looks stiff \(ratio \de\+0\d\): use method="auto"'
    )
    assert re.search(shape, said), said


def test_a_missing_device_is_told_with_the_one_that_gives_the_same_numbers(monkeypatch):
    torch = pytest.importorskip("torch")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    said = told(rl.solve, rl.model(COFFEE), 60, device="cuda")
    assert said.startswith('device "cuda" is not available; "cpu" gives the same numbers')


def test_a_missing_extra_is_told_with_the_exact_command(monkeypatch):
    def gone(name):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(lazy, "import_module", gone)
    said = told(rl.solve, rl.model(COFFEE), 60, method="torchdiffeq:dopri5")
    assert said.endswith("comes with the gpu extra. Run: pip install 'ratelaw[gpu]'")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("du/dt = d2u/dx2; u(0) = 1", "d2u/dx2"),
        ("du/dt = D*d2u/dx2 - v*du/dx; u(0) = 1", "d2u/dx2"),
        ("du/dt = -u*du/dx; u(0) = 1", "du/dx"),
        ("d2u/dt2 = c^2*d2u/dx2; u(0) = 1; u'(0) = 0", "d2u/dx2"),
    ],
)
def test_a_derivative_by_place_is_told_from_a_quotient(text, place):
    said = told(rl.solve, text, [1.0])
    assert said.startswith(f"{place} is read as {place.replace('/', ' divided by ')}")
    assert "u[i]' = D*(u[i-1] - 2*u[i] + u[i+1])/h^2 for i in 1..50; u[0] = 0; u[51] = 0" in said


@pytest.mark.parametrize(
    "text",
    [
        "u_t = u_xx", "u_t = D*u_xx + u*(1 - u); u(0) = 1", "u_tt = c^2*(u_xx + u_yy); c = 2",
        "u_t + c*u_x = 0", "u_xx + u_yy = 0", "du/dt = D*d^2u/dx^2; u(0) = 1",
        "d2u/dx2 + d2u/dy2 = 0", "\u2202u/\u2202t = \u2202\u00b2u/\u2202x\u00b2",
        r"\frac{\partial u}{\partial t} = D \frac{\partial^2 u}{\partial x^2}",
        "du/dt = a*u_xx; u(0) = 1", "du/dt = a*d2u/dx2\nx in [0, 1], 101 points\na = 0.1",
    ],
)  # fmt: skip
def test_a_partial_differential_equation_is_told_how_it_is_written(text):
    said = told(rl.solve, text, [1.0])
    assert "states follow time alone, and a partial differential equation is written" in said
    assert "u[i]' = D*(u[i-1] - 2*u[i] + u[i+1])/h^2 for i in 1..50" in said


@pytest.mark.parametrize("text", ["u_t = -3", "y_t = -k*y_t", "F_x + F_y = 0", "T_r = T_x + 1"])
def test_subscripts_alone_are_no_derivatives_by_place(text):
    assert "partial" not in told(rl.model, text)


def test_what_is_told_of_derivatives_by_place_can_be_written():
    grid = "u[i]' = D*(u[i-1] - 2*u[i] + u[i+1])/h^2 for i in 1..50; u[0] = 0; u[51] = 0"
    text = f"{grid}; u[i](0) = sin(pi*i/51) for i in 1..50; D = 1; h = 1"
    rate = 2 - 2 * math.cos(math.pi / 51)
    last = math.sin(math.pi / 51) * math.exp(-10 * rate)
    assert rl.solve(text, [10.0]).y[0, -1] == pytest.approx(last, rel=1e-5)


def test_a_death_rate_is_no_derivative_by_place():
    said = told(rl.solve, "dx/dt = delta*a/b - dx*x; x(0) = 1", [1.0])
    assert said.startswith("delta, a, b and dx have no value")


def test_a_quotient_of_parameters_that_merely_begin_with_d_is_none_by_place():
    assert told(rl.solve, "dx/dt = -dose/delay*x; x(0) = 1", [1.0]).startswith("dose and delay")
