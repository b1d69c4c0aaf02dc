"""What a traced function may call and return: math, numpy, arrays in and arrays out."""

import math
from functools import partial
from math import exp

import numpy as np
import pytest
from numpy import array

import ratelaw as rl
from ratelaw.models.errors import InputError, SpecificationError, UnknownNameError


def rate(function, *, start: object = 1) -> str:
    """Return the first rate of the model of a function of time and x."""
    first, *_ = rl.model(function, start={"x": start}).text.split("\n")
    return first.partition(" = ")[2]


def rates(function, **start: object) -> list[str]:
    """Return all rates."""
    rows = rl.model(function, start=start).text.split("\n")
    return [row.partition(" = ")[2] for row in rows if "/dt" in row]


def helper(x):
    return math.sin(x) + other(x)


def other(x):
    return np.tanh(x)


def importing(t, x):
    import math as m
    from math import cos

    return m.exp(x) + cos(x)


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (lambda t, x: math.exp(x) + exp(-x), "exp(x) + exp(-x)"),
        (lambda t, x: math.exp(2) * x, f"{math.exp(2)!r}*x"),
        (lambda t, x: helper(x), "sin(x) + tanh(x)"),
        (importing, "exp(x) + cos(x)"),
        (partial(lambda t, x, *, k=1: math.sqrt(x) * k, k=3), "sqrt(x)*k"),
        (lambda t, x: max(x, 0) + min([x, 1, 2]) + max(1, 2), "max(x, 0) + min(min(x, 1), 2) + 2"),
        (lambda t, x: math.log(x, 2) + np.log10(x), "log(x)/log(2) + log(x)/log(10)"),
        (lambda t, x: math.hypot(x, 1) + math.fabs(x), "sqrt(x^2 + 1) + abs(x)"),
        (lambda t, x: math.fsum([x, 1]) * math.prod([x, 2]), "(x + 1)*(2*x)"),
        (lambda t, x: np.where(x > 1, x, 0), "if(1 < x, x, 0)"),
        (lambda t, x: np.clip(x, 0, 1), "min(max(x, 0), 1)"),
        (lambda t, x: np.heaviside(x, 1) + np.square(x), "if(x == 0, 1, step(x)) + x^2"),
        (lambda t, x: t % 24 + x // 2, "t - 24*floor(t/24) + floor(x/2)"),
        (lambda t, x: rl.where((x > 1) & (x < 2), x, 0), "if(1 < x and x < 2, x, 0)"),
        (lambda t, x: rl.where(~(x < 1), x, 0), "if(not x < 1, x, 0)"),
        (lambda t, x: np.sum(array([x, 1])), "x + 1"),
        (lambda t, x: np.stack([x, 1]).sum(), "x + 1"),
        (lambda t, x: sum(x * n for n in range(3) if n != 1), "2*x"),
    ],
)
def test_a_function_may_call(function, text: str) -> None:
    assert rate(function) == text


def test_the_users_module_stays_as_it_is() -> None:
    before = dict(globals())
    rate(lambda t, x: helper(x) + exp(x))
    assert globals() == before


def zeros(t, x, *, k=2):
    dx = np.zeros(2)
    dx[0] = -k * x[0]
    dx[1:] = k * x[:-1]
    return dx


def unset(t, x):
    dx = np.empty(2)
    dx[0] = x[0]
    return dx


def in_place(t, x):
    y = x.copy()
    y += 1
    y[0] *= 2
    return y


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda t, x: np.array([[0, 1], [-1, 0]]) @ x, ["x[2]", "-x[1]"]),
        (lambda t, x: np.where(x > 1, x, 0), ["if(1 < x[1], x[1], 0)", "if(1 < x[2], x[2], 0)"]),
        (
            lambda t, x: np.minimum(x, 1) - np.max(x),
            ["min(x[1], 1) - max(x[1], x[2])", "min(x[2], 1) - max(x[1], x[2])"],
        ),
        (
            lambda t, x: np.roll(x, 1) * np.dot(x, [1, 2]),
            ["x[2]*(x[1] + 2*x[2])", "x[1]*(x[1] + 2*x[2])"],
        ),
        (lambda t, x: [x[1], x.sum()], ["x[2]", "x[1] + x[2]"]),
        (lambda t, x: {"x": -x}, ["-x[1]", "-x[2]"]),
        (lambda t, x: rl.where(x < t, 1, x), ["if(x[1] < t, 1, x[1])", "if(x[2] < t, 1, x[2])"]),
        (zeros, ["-k*x[1]", "k*x[1]"]),
        (in_place, ["2*(x[1] + 1)", "x[2] + 1"]),
    ],
)
def test_arrays_in_and_arrays_out(function, expected: list[str]) -> None:
    assert rates(function, x=[1, 2]) == expected


def test_each_element_is_a_state_of_its_own() -> None:
    model = rl.model(zeros, start={"x": np.array([1, 2])}, units={"x": "m", "k": "1/s"})
    assert [s.name for s in model.states] == ["x[1]", "x[2]"]
    assert model.units["x[2](0)"] == "m"
    assert model({"x[2](0)": 5}).values["x[2](0)"] == 5


def test_arrays_and_numbers_are_returned_side_by_side() -> None:
    found = rates(lambda t, x, v: (v * x, x[0]), x=[1, 2], v=0)
    assert found == ["v*x[1]", "v*x[2]", "x[1]"]


def test_arrays_one_after_another_may_be_returned_as_one() -> None:
    found = rates(lambda t, x, v: np.concatenate([v, -x]), x=[1, 2], v=[3, 4])
    assert found == ["v[1]", "v[2]", "-x[1]", "-x[2]"]


def test_a_parameter_may_be_an_array() -> None:
    model = rl.model(lambda t, x, *, k=(1, 2): -k * x, start={"x": [1, 1]})
    assert model.values == {"k[1]": 1, "k[2]": 2, "x[1](0)": 1, "x[2](0)": 1}


def test_a_start_value_may_be_a_formula_of_parameters() -> None:
    model = rl.model(lambda t, x, *, k=2: -k * x, start={"x": "k^2"})
    assert model == rl.model("dx/dt = -k*x; x(0) = k^2; k = 2")


def test_a_start_value_of_unknown_names_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="start value of x: K is no parameter; there is k"):
        rl.model(lambda t, x, *, k=2: -k * x, start={"x": "K^2"})


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        (lambda t, x: [x, x], "the function returns 2 rate(s) for 3 state(s), x[1], x[2] and x[3]"),
        (lambda t, x: {"y": x}, "the function returns rates of y; return one for each state: x"),
        (lambda t, x: {"x": 1}, "the function returns 1 rate(s) for x, which has 3 element(s)"),
    ],
)
def test_rates_that_do_not_fit_are_refused(function, problem: str) -> None:
    with pytest.raises(SpecificationError) as caught:
        rl.model(function, start={"x": [1, 2, 3]})
    assert caught.value.problem.startswith(problem)


def test_what_was_never_set_is_no_rate() -> None:
    with pytest.raises((SpecificationError, InputError), match=r"the rate of x\[2\] is nan"):
        rl.model(unset, start={"x": [1, 2]})


def test_a_traced_system_solves_as_its_matrix_says() -> None:
    turn = np.array([[0.0, 1.0], [-1.0, 0.0]])
    sol = rl.solve(rl.model(lambda t, x: turn @ x, start={"x": [1, 0]}), 3, rtol=1e-9)
    assert float(sol["x[1]"][-1]) == pytest.approx(math.cos(3), rel=1e-6)
