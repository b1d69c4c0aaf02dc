"""Models from sympy's equations: equal to those from text and functions, and back again."""

import math
import subprocess
import sys

import pytest
import sympy as sp

import ratelaw as rl
from ratelaw.models.errors import InputError, SpecificationError, UnitError, UnknownNameError
from ratelaw.models.lower import lower

t, k, m, c, T_s, D = sp.symbols("t k m c T_s D")
T, x, y, F = map(sp.Function, ["T", "x", "y", "F"])
UNITS = {"T": "degC", "T_s": "degC", "k": "1/min"}
COOLING = sp.Eq(T(t).diff(t), -k * (T(t) - T_s))


def test_text_function_and_equations_give_one_model() -> None:
    @rl.model(start={"T": 90}, units={"T": "degC", "k": "1/min", "T_s": "degC"})
    def traced(t, T, *, k=0.07, T_s=21):
        return -k * (T - T_s)

    text = "dT/dt = -k*(T - T_s); T(0) = 90 [degC]; k = 0.07 [1/min]; T_s = 21 [degC]"
    equations = rl.model(
        [COOLING],
        start={"T": 90},
        values={"k": 0.07, "T_s": 21},
        units={"T": "degC", "k": "1/min", "T_s": "degC"},
    )
    assert rl.model(text) == traced == equations
    assert equations.time_unit == "min"


def test_a_system_of_three_is_one_model_in_all_three_ways() -> None:
    def rates(t, S, I, R, *, beta=0.3, gamma=0.1):  # noqa: E741
        return -beta * S * I, beta * S * I - gamma * I, gamma * I

    S, I, R = (sp.Function(n)(t) for n in "SIR")  # noqa: E741
    beta, gamma = sp.symbols("beta gamma")
    new, recovered = beta * S * I, gamma * I
    values, start = {"beta": 0.3, "gamma": 0.1}, {"S": 99, "I": 1, "R": 0}
    pairs = [(S, -new), (I, new - recovered), (R, recovered)]
    text = """
        dS/dt = -beta*S*I;  dI/dt = beta*S*I - gamma*I;  dR/dt = gamma*I
        S(0) = 99;  I(0) = 1;  R(0) = 0
        beta = 0.3;  gamma = 0.1
    """
    equations = [sp.Eq(f.diff(t), rate) for f, rate in pairs]
    assert rl.model(text) == rl.model(rates, start=start)
    assert rl.model(text) == rl.model(equations, start=start, values=values)


def rates(model: rl.Model, at: dict[str, float]) -> dict[str, float]:
    """Return the rate of each state where names have these values."""
    starts = dict.fromkeys(model.settings[len(model.parameters) :], 1)
    system = lower(model(starts))
    values = system.vector_field(*(at.get(n, 0.0) for n in system.vector_field.inputs))
    return dict(zip(system.states, values, strict=True))


@pytest.mark.parametrize("name", rl.library)
def test_a_model_is_its_equations(name: str) -> None:
    model = rl.library[name]
    equations = list(model.to_sympy())  # events are none: what only they use is not in there
    used = {symbol.name for equation in equations for symbol in equation.free_symbols}
    values = {p.name: p.value for p in model.parameters if p.name in used}
    again = rl.model(equations, values=values)
    twice = rl.model(list(again.to_sympy()), values=values)
    at = {**values, "t": 0.4, **{s.name: 1.3 + 0.2 * i for i, s in enumerate(model.states)}}
    for found in (again, twice):  # sympy multiplies out what it likes, so texts may differ
        assert rates(found, at) == pytest.approx(rates(model, at), rel=1e-12)


def test_an_equation_of_second_order_has_its_derivative_as_a_state() -> None:
    spring = sp.Eq(m * x(t).diff(t, 2) + c * x(t).diff(t) + k * x(t), 0)
    model = rl.model(
        spring, start={"x": 1, x(t).diff(t).subs(t, 0): 0}, values={"m": 1, "c": 0, "k": 4}
    )
    assert [s.name for s in model.states] == ["x", "x'"]
    sol = rl.solve(model, 1, rtol=1e-9)
    assert float(sol["x"][-1]) == pytest.approx(math.cos(2), rel=1e-6)


def test_the_highest_derivatives_are_solved_for() -> None:
    model = rl.model(
        [sp.Eq(x(t).diff(t) + y(t).diff(t), k), sp.Eq(x(t).diff(t) - y(t).diff(t), x(t))]
    )
    assert model.text.split("\n")[:2] == ["dx/dt = 0.5*(k + x)", "dy/dt = 0.5*(k - x)"]


def test_definitions_are_symbols_or_functions_of_time() -> None:
    flow = sp.Symbol("flow")
    model = rl.model(
        [sp.Eq(x(t).diff(t), -flow), sp.Eq(flow, k * F(t)), sp.Eq(F(t), x(t) - D), sp.Eq(D, 3)],
        values={k: 2},
    )
    assert model == rl.model("dx/dt = -flow; flow = k*F; F = x - D; k = 2; D = 3")


@pytest.mark.parametrize("name", ["x", "x(0)", x(0), x(t), x])
def test_a_start_value_is_named_in_any_way(name) -> None:
    model = rl.model([sp.Eq(x(t).diff(t), -k * x(t))], start={name: k**2}, values={k: 2})
    assert model == rl.model("dx/dt = -k*x; x(0) = k^2; k = 2")


def test_start_values_may_hold_at_another_time() -> None:
    assert rl.model([sp.Eq(x(t).diff(t), -x(t))], start={x(5): 1}).t0 == 5


@pytest.mark.parametrize(
    ("equations", "problem"),
    [
        ([sp.Eq(x(t).diff(t) ** 2, x(t))], "the equations are not linear in x'; solve them for x'"),
        ([sp.Eq(x(t).diff(t), x(t - 1))], "x(t - 1) is x at another time; only x(t) is read"),
        ([sp.Eq(F(t, k).diff(t), 1)], "F(t, k) depends on 2 variables; only ordinary differential"),
        ([sp.Eq(x(t).diff(t), y(k))], "the equations are of functions of one variable, got "),
        ([sp.Eq(x(t).diff(t), sp.gamma(x(t)))], "gamma(x) has no exact counterpart on a tape"),
        ([sp.Eq(x(t).diff(t), sp.I * x(t))], "I is no real number"),
        ([COOLING, COOLING], "got 2 equation(s) for T'; give one for each of these derivatives"),
        (
            [sp.Eq(x(t).diff(t) + y(t).diff(t), 1), sp.Eq(x(t).diff(t) + y(t).diff(t), 2)],
            "the equations do not determine x' and y'; give independent ones",
        ),
        ([sp.Eq(x(t), 2)], "no equation has a derivative; write Eq(T(t).diff(t), …) for each"),
        ([COOLING, "k = 1"], "got k = 1 among the equations; give Eq(T(t).diff(t), …) for each"),
        ([COOLING, sp.true], "got True among the equations; give Eq(T(t).diff(t), …) for each"),
        ([COOLING, sp.Eq(k, F(t)), sp.Eq(F(t), 2 * k)], "k is defined by way of itself"),
        ([COOLING, sp.Eq(k, 1), sp.Eq(k, 2)], "k is defined twice"),
        ([sp.Eq(x(t).diff(t), sp.Symbol("x"))], "two things are called x: a function, and symbols"),
        ([sp.Eq(x(t).diff(t), sp.Symbol("a b"))], "a b is no name of a parameter; use letters"),
    ],
)
def test_what_has_no_counterpart_is_named(equations, problem: str) -> None:
    with pytest.raises(SpecificationError) as caught:
        rl.model(equations)
    assert caught.value.problem.startswith(problem)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"start": {"t": 1}}, "start: no t in the equations; they have T."),
        ({"values": {"K": 1}}, "values: no K in the equations; they have k and T_s. Did you mean"),
        ({"units": {"tau": "s"}}, "units: no tau in the equations; they have T, k and T_s."),
    ],
)
def test_what_is_not_there_is_refused(options: dict, problem: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        rl.model([COOLING], **options)
    assert str(caught.value).replace("T_s and k", "k and T_s").startswith(problem)


def test_a_start_value_is_a_formula_of_parameters_only() -> None:
    with pytest.raises(SpecificationError, match="a start value uses t; only parameters"):
        rl.model([COOLING], start={"T": T_s + t})


def test_units_that_disagree_are_refused() -> None:
    with pytest.raises(UnitError, match="is a rate constant missing"):
        rl.model([sp.Eq(T(t).diff(t), T(t) - T_s), sp.Eq(F(t), k * T(t))], units=UNITS)


@pytest.mark.parametrize("option", ["start", "values", "units"])
def test_a_text_has_its_values_in_it(option: str) -> None:
    with pytest.raises(InputError, match=f"{option}: a text has these in it"):
        rl.model("dx/dt = -x", **{option: {"x": 1}})


def test_a_text_and_a_function_need_no_sympy() -> None:
    script = (
        "import sys, ratelaw as rl; rl.model('dx/dt = -x; x(0) = 1');"
        "rl.model(lambda t, x: -x, start={'x': 1}); assert 'sympy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
