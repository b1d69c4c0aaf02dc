"""Special functions: right to the last digits, differentiated, printed and read back."""

import math
from itertools import product

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import RefusalError, SpecificationError
from ratelaw.models.language.read import read_expression
from ratelaw.models.special_functions import SHELF
from ratelaw.models.symbolic.bridge import from_sympy, symbols, to_sympy
from ratelaw.models.tape import Builder, Tape, evaluate
from ratelaw.models.tape.composed.special import special_names, uncomposed, without_special
from ratelaw.models.tape.differentiate import derivative
from ratelaw.models.tape.precise import Precise
from ratelaw.models.tape.writing.expression import to_latex, to_text
from ratelaw.solvers.kernels.python import NUMPY, SCALAR, compiled
from ratelaw.solvers.kernels.special import lacking

VALUES = (-30.0, -7.3, -2.0, -0.9, -0.36, -0.3, -1e-3, 1e-9, 0.2, 0.5, 0.999, 1.3, 4.0, 11.5, 90.0)
SMALL = (0.3, -1.7, 1.0, -0.4, 2.6)
PRECISE = Precise(40)
DIFFERENTIABLE = [
    (name, i) for name in SHELF for i, by in enumerate(SHELF[name].slopes) if by is not None
]


def points(name: str) -> list[tuple[float, ...]]:
    n = SHELF[name].arity
    every = list(product(VALUES if n == 1 else SMALL, repeat=n))
    return every[:: max(1, len(every) // 25)]


def beyond_parameter(name: str, point: tuple[float, ...]) -> bool:
    """Tell whether no slope by the parameter is known: at 1 it is 0/0, and Jacobi's end there."""
    jacobi = name.startswith("jacobi")
    return (jacobi or name == "elliptic_f") and (point[1] == 1 or (jacobi and point[1] > 1))


def whole(name: str) -> Tape:
    builder = Builder("xyzw"[: SHELF[name].arity])
    return builder.finish([builder.apply(name, *builder.inputs)])


def exact(tape: Tape, point: tuple[float, ...]) -> float:
    return float(PRECISE(tape, dict(zip(tape.inputs, point, strict=True)))[0])


@pytest.mark.parametrize("name", SHELF)
def test_a_value_is_right_to_the_last_digits_wherever_it_is_defined(name: str) -> None:
    tape, judged = whole(name), 0
    for point in points(name):
        expected = exact(tape, point)
        if math.isfinite(expected):
            slopes = [
                abs(x * exact(derivative(tape, n), point))
                for n, x, by in zip(tape.inputs, point, SHELF[name].slopes, strict=True)
                if by is not None and not beyond_parameter(name, point)
            ]
            found = evaluate(name, *point)
            assert abs(found - expected) <= 1e-14 * abs(expected) + 4e-16 * sum(slopes), point
            judged += 1
    assert judged >= 3


@pytest.mark.parametrize("name", [n for n in SHELF if SHELF[n].plain])
def test_outside_its_domain_a_composition_is_no_number(name: str) -> None:
    for point in points(name):
        if math.isnan(exact(whole(name), point)):
            assert not math.isfinite(evaluate(name, *point)), point


@pytest.mark.parametrize(("name", "position"), DIFFERENTIABLE)
def test_a_derivative_agrees_with_differences_of_many_digits(name: str, position: int) -> None:
    tape, precise = whole(name), Precise(60)
    slope, judged, step = derivative(tape, tape.inputs[position]), 0, 2.0**-60
    for point in points(name)[::3]:
        at = dict(zip(tape.inputs, map(precise.context.mpf, point), strict=True))
        by = tape.inputs[position]
        moved = [precise(tape, at | {by: at[by] + k * step})[0] for k in (-1, 1)]
        expected = (moved[1] - moved[0]) / (2 * step)
        if math.isfinite(expected) and not beyond_parameter(name, point):
            assert abs(precise(slope, at)[0] - expected) <= 1e-25 * (1 + abs(expected)), point
            judged += 1
    assert judged


def test_a_derivative_without_a_closed_form_is_refused() -> None:
    with pytest.raises(SpecificationError, match="by argument 1 has no closed form"):
        derivative(whole("besselj"), "x")


@pytest.mark.parametrize("name", SHELF)
def test_a_function_reads_back_from_its_text(name: str) -> None:
    (text,) = to_text(whole(name))
    assert read_expression(text) == whole(name)
    assert to_latex(whole(name))[0].count("{") == to_latex(whole(name))[0].count("}")


@pytest.mark.parametrize("name", SHELF)
def test_a_function_comes_back_from_sympy_with_the_same_values(name: str) -> None:
    tape = whole(name)
    known = symbols(tape.inputs)
    back = from_sympy(to_sympy(tape, known), known)
    point = (0.3, 0.4, 1.7, 0.2)[: len(known)] if name != "lambertwm1" else (-0.2,)
    assert exact(back, point) == pytest.approx(exact(tape, point), rel=1e-14)


@pytest.mark.parametrize("target", [NUMPY, SCALAR], ids=lambda t: t.name)
@pytest.mark.parametrize("name", SHELF)
def test_targets_on_the_processor_have_every_function(name: str, target: object) -> None:
    arguments = tuple((n, None) for n in whole(name).inputs)
    point = (0.3, 0.4, 1.7, 0.2)[: len(arguments)] if name != "lambertwm1" else (-0.2,)
    (found,) = compiled(whole(name), "f", arguments, target)(*map(np.float64, point))
    assert float(found) == pytest.approx(exact(whole(name), point), rel=1e-13)


@pytest.mark.parametrize("name", SHELF)
def test_a_composition_leaves_nothing_special(name: str) -> None:
    left = special_names(without_special(whole(name)))
    assert left == (() if SHELF[name].plain else (name,)) == uncomposed(whole(name))


@pytest.mark.parametrize("name", ["besseli", "besselj"])
def test_a_bessel_function_of_infinity_is_a_double_and_no_error(name: str) -> None:
    assert isinstance(evaluate(name, 1.0, math.inf), float)


def test_a_target_says_by_name_what_it_lacks() -> None:
    assert "besselj" in (lacking("lanes", whole("besselj")) or "")
    assert lacking("lanes", whole("erf")) is None


def test_a_model_may_use_special_functions() -> None:
    model = rl.model("dx/dt = erf(t) - besselj(0, t)*x; x(0) = 1")
    assert "besselj(0, t)" in str(model)
    assert np.isfinite(rl.solve(model, 2)["x"].values).all()


def test_machine_code_refuses_what_is_not_composed() -> None:
    model = rl.model("dx/dt = besselj(0, t)*x; x(0) = 1")
    with pytest.raises(RefusalError, match="besselj"):
        rl.solve(model, 2, method="lanes:tsit5")


def test_machine_code_has_what_is_composed() -> None:
    model = rl.model("dx/dt = erf(t) - jacobi_sn(t, 0.3)*x; x(0) = 1")
    lanes = rl.solve(model, 2, method="lanes:tsit5")["x"].values
    np.testing.assert_allclose(lanes, rl.solve(model, 2)["x"].values, rtol=1e-5)


def test_a_name_of_the_model_is_no_function() -> None:
    with pytest.raises(SpecificationError, match=r"a product is written erf\*"):
        rl.model("dx/dt = erf(1 - x); erf = 2; x(0) = 1")


@pytest.mark.parametrize("name", ["besselj", "bessely", "besseli", "besselk"])
@pytest.mark.parametrize("order", [0.7, math.inf])
def test_a_bessel_function_far_beyond_all_numbers_is_no_error(name: str, order: float) -> None:
    builder = Builder(["n", "x"])
    tape = builder.finish([builder.input("n").apply(name, builder.input("x"))])
    value = float(Precise(15)(tape, {"n": order, "x": math.inf})[0])
    assert math.isnan(value) or value in (0.0, math.inf)


@pytest.mark.parametrize("name", [n for n in SHELF if SHELF[n].plain is None])
@pytest.mark.parametrize("infinite", [math.inf, -math.inf])
def test_of_what_is_infinite_a_function_without_composition_is_nan(
    name: str, infinite: float
) -> None:
    function = SHELF[name]
    for place in range(function.arity):
        args = [0.5] * function.arity
        args[place] = infinite
        assert math.isnan(function.value(*args))


@pytest.mark.parametrize("text", ["hyp1f1(-1, 1.5, 1.5)", "hyp2f1(-1, 1, 0.5, 0.5)"])
def test_a_polynomial_is_zero_at_its_root(text: str) -> None:
    assert read_expression(text)() == (0.0,)
