"""A Python function as a specification: its signature is the declaration."""

import math
from pathlib import Path

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import InputError, SpecificationError, UnknownNameError

COFFEE = rl.model("dT/dt = -k*(T - T_s); T(0) = 90; k = 0.07; T_s = 21")


def one(function, **options: object) -> rl.Model:
    """Return the model of a function of one state x that starts at 1."""
    return rl.model(function, start={"x": 1}, **options)


def rate(function) -> str:
    return one(function).text.split("\n")[0].removeprefix("dx/dt = ")


def test_the_decorator_gives_the_model_of_the_text() -> None:
    @rl.model(start={"T": 90})
    def coffee(t, T, *, k=0.07, T_s=21):
        return -k * (T - T_s)

    assert coffee == COFFEE
    assert coffee.title == "coffee"


def test_the_verb_takes_a_function_too() -> None:
    model = rl.model(lambda t, T, *, k=0.07, T_s=21: -k * (T - T_s), start={"T(0)": 90})
    assert model == COFFEE
    assert model.title == ""


def test_a_title_and_a_source_are_kept() -> None:
    model = rl.model(COFFEE.text, title="coffee", source="Newton (1701)")
    assert (model.title, model.source) == ("coffee", "Newton (1701)")


def test_time_is_whatever_comes_first() -> None:
    model = one(lambda s, x: -s * x)
    assert model == rl.model("dx/ds = -s*x; x(0) = 1")


def test_a_parameter_without_default_has_no_value() -> None:
    def decay(t, x, *, k):
        return -k * x

    assert one(decay) == rl.model("dx/dt = -k*x; x(0) = 1")


@pytest.mark.parametrize("sequence", [tuple, list, np.array, iter])
def test_rates_come_in_any_sequence(sequence) -> None:
    model = rl.model(lambda t, x, v: sequence([v, -x]), start={"x": 1, "v": 0})
    assert model == rl.model("dx/dt = v; dv/dt = -x; x(0) = 1; v(0) = 0")


def test_a_rate_may_be_an_array_without_dimension() -> None:
    assert rate(lambda t, x: np.array(-x)) == "-x"


def test_a_rate_may_be_a_plain_number() -> None:
    assert rate(lambda t, x: 2) == "2"


def test_functions_call_functions() -> None:
    def saturation(x, limit):
        return 1 - x / limit

    assert rate(lambda t, x, *, K=2: x * saturation(x, K)) == "x*(1 - x/K)"


def test_loops_are_unrolled() -> None:
    assert rate(lambda t, x: sum(x**n for n in range(1, 4))) == "x + x^2 + x^3"


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (lambda x: np.exp(-x), "exp(-x)"),
        (lambda x: np.sin(x) ** 2 + np.cos(x), "sin(x)^2 + cos(x)"),
        (lambda x: np.arcsin(x) + np.arctan(x), "asin(x) + atan(x)"),
        (lambda x: np.abs(x) + abs(x) + np.fabs(x), "abs(x) + abs(x) + abs(x)"),
        (lambda x: np.maximum(x, 0) - np.minimum(1, x), "max(x, 0) - min(1, x)"),
        (lambda x: np.power(x, 2) / np.sqrt(x), "x^2/sqrt(x)"),
        (lambda x: np.subtract(1, x) * np.negative(x), "-(1 - x)*x"),
        (lambda x: np.true_divide(1, x), "1/x"),
        (lambda x: np.log1p(x) * np.expm1(x) * np.floor(x), "log1p(x)*expm1(x)*floor(x)"),
        (lambda x: np.float64(2) * x + np.int64(3), "2*x + 3"),
        (lambda x: 2**x + +x, "2^x + x"),
        (lambda x: rl.where(x < 1, x, 1), "if(x < 1, x, 1)"),
        (lambda x: rl.where(x >= 1, 0, x), "if(1 <= x, 0, x)"),
        (lambda x: rl.where(np.greater(x, 2), 0, x), "if(2 < x, 0, x)"),
        (lambda x: rl.where(x == 1, 0, x), "if(x == 1, 0, x)"),
        (lambda x: rl.where(True, x, 1), "x"),
        (lambda x: (x > 1) * x, "(1 < x)*x"),
    ],
)
def test_what_a_function_may_do(function, text: str) -> None:
    assert rate(lambda t, x: function(x)) == text


@pytest.mark.parametrize(
    ("function", "first"),
    [
        (lambda y: np.array([[0, 1], [-1, 0]]) @ y, "v"),
        (lambda y: np.exp(-y) * 2, "2*exp(-x)"),
        (lambda y: np.arange(1, 3) * y[0], "x"),
        (lambda y: y[0] * np.arange(1, 3), "x"),
        (lambda y: np.subtract(np.ones(2), y[1]), "1 - v"),
        (lambda y: y**2 / np.sum(y), "x^2/(x + v)"),
        (lambda y: y - y.mean(), "x - (x + v)/2"),
    ],
)
def test_arrays_of_values(function, first: str) -> None:
    model = rl.model(lambda t, x, v: function(np.array([x, v])), start={"x": 1, "v": 0})
    assert model.text.split("\n")[0] == f"dx/dt = {first}"


def branching(t, x, *, k=1):
    if x > 1:
        return -k * x
    return k


def comparing(t, x):
    return 1 if x == 0 else x


def plain(t, x):
    return float(x)


def unknown(t, x):
    return np.arctan2(x, 1)


def joining(t, x):
    return 1 if x > 1 and x < 2 else x


def missing(t, x):
    return math.gamma(x)


def solving(t, x):
    return np.linalg.solve(np.eye(1), np.array([x]))


def shifting(t, x):
    return x << 2


def attribute(t, x):
    return x.real


BRANCH = (
    "the function branches on a value of the model (if, while, and, or), which cannot be recorded: "
    "only one of the branches would run"
)


@pytest.mark.parametrize(
    ("function", "problem", "line"),
    [
        (branching, BRANCH, "if x > 1:"),
        (comparing, BRANCH, "return 1 if x == 0 else x"),
        (
            plain,
            "the function turns a value of the model into a plain number (float(...), or a library "
            "that computes with numbers only), which cannot be recorded; write it as a formula",
            "return float(x)",
        ),
        (unknown, "numpy's arctan2 cannot be recorded; use one of abs, acos, ", "np.arctan2(x, 1)"),
        (missing, "math.gamma cannot be recorded; use one of abs, acos, ", "return math.gamma(x)"),
        (solving, "numpy's solve cannot be recorded; use one of abs, ", "np.linalg.solve"),
        (shifting, "the function cannot be recorded: unsupported operand type(s) for <<", "x << 2"),
        (attribute, "the function cannot be recorded: a value of a model has no real", "x.real"),
    ],
)
def test_what_cannot_be_recorded_is_said_with_its_line(function, problem: str, line: str) -> None:
    with pytest.raises(SpecificationError) as caught:
        one(function)
    number = function.__code__.co_firstlineno + 1
    assert caught.value.problem.startswith(problem)
    assert f"(line {number}: " in caught.value.problem
    assert line in caught.value.problem


def test_an_error_of_the_function_itself_comes_through() -> None:
    def broken(t, x):
        return {}["x"]

    with pytest.raises(KeyError):
        one(broken)


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        (lambda t: t, "the function needs time and at least one state as positional arguments"),
        (lambda *x: x, "the function takes *args or **kwargs; name every state and parameter"),
        (lambda t, x, **p: x, "the function takes *args or **kwargs; name every state"),
        (max, "the function needs time and at least one state"),
        (lambda t, x: [x, x], "the function returns 2 rate(s) for 1 state(s), x; return one rate"),
        (lambda t, x: None, "the rate of x is None; return a formula or a finite number"),
        (lambda t, x: math.inf, "the rate of x is inf; return a formula or a finite number"),
        (lambda t, x: "x", "the rate of x is 'x'; return a formula or a finite number"),
        (lambda t, x: x + math.inf, "the rate of x contains inf"),
        (lambda t, x: x / 0, "the rate of x divides by zero"),
    ],
)
def test_a_function_that_is_no_model_is_refused(function, problem: str) -> None:
    with pytest.raises(SpecificationError) as caught:
        one(function)
    assert caught.value.problem.startswith(problem)


@pytest.mark.parametrize("start", [None, {}, {"y": 1}, {"x": 1, "y": 2}, {"x(1)": 1}])
def test_every_state_needs_its_start_value(start) -> None:
    problem = r"give a start value for each of the states: start=\{'x': 1\}"
    with pytest.raises(SpecificationError, match=problem):
        rl.model(lambda t, x: -x, start=start)


@pytest.mark.parametrize(
    ("function", "condition"),
    [(branching, "x > 1"), (comparing, "x == 0"), (joining, "(x > 1) & (x < 2)")],
)
def test_a_branch_is_told_how_to_choose(function, condition: str) -> None:
    with pytest.raises(SpecificationError) as caught:
        one(function)
    assert caught.value.problem.endswith(
        f"; write rl.where({condition}, a, b), or in two lines\n"
        f"    holds = {condition}\n"
        "    return rl.where(holds, a, b)"
    )


def test_a_function_that_yields_is_refused() -> None:
    def rates(t, x):
        yield -x

    first = rates.__code__.co_firstlineno
    with pytest.raises(
        SpecificationError, match=f"begins in line {first} yields or awaits; return"
    ):
        one(rates)


@pytest.mark.parametrize("value", [None, math.nan, [], {}, [[1, 2]]])
def test_a_start_value_is_a_finite_number(value) -> None:
    with pytest.raises(InputError, match=r"start value of x(\[1\])?: got "):
        rl.model(lambda t, x: -x, start={"x": value})


def test_a_default_is_a_number() -> None:
    def decay(t, x, *, k="fast"):
        return -k * x

    with pytest.raises(InputError, match="k: got 'fast'"):
        one(decay)


def test_units_of_strangers_are_refused() -> None:
    problem = "units: K is no argument of the function; it has x and k. Did you mean k?"
    with pytest.raises(UnknownNameError, match=problem):
        one(lambda t, x, *, k=1: -k * x, units={"K": "1/s"})


@pytest.mark.parametrize("thing", [3, ["dx/dt = 1"], b"dx/dt = 1"])
def test_what_is_neither_text_nor_function_is_refused(thing) -> None:
    with pytest.raises(SpecificationError, match="a model is specified by text, by a function"):
        rl.model(thing)


@pytest.mark.parametrize("file", ["coffee.ode", "models/cup of tea.txt", Path("coffee.ode")])
def test_a_file_is_passed_by_its_text(file) -> None:
    with pytest.raises(SpecificationError) as caught:
        rl.model(file)
    told = f'got the name of a file, {file}; pass its text: Path("{file}").read_text()'
    assert caught.value.problem == told


@pytest.mark.parametrize("word", ["nan", "NaN", "inf", "-inf"])
@pytest.mark.parametrize("name", ["k", "x(0)"])
def test_a_value_that_is_not_finite_is_refused(name: str, word: str) -> None:
    with pytest.raises(SpecificationError, match="is no number here; give a finite one") as caught:
        rl.model(f"dx/dt = -k*x\n{name} = {word}")
    assert caught.value.line == 2


def test_a_state_may_be_called_inf() -> None:
    assert rl.model("dinf/dt = -inf; inf(0) = 1").states[0].name == "inf"
