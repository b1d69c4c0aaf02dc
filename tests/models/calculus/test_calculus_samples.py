"""Sample 13 of the contract, as written there, and what it says beside each line."""

import pytest

import ratelaw as rl
from ratelaw import calculus

model = rl.library.lotka_volterra


def test_the_room_is_the_module() -> None:
    assert calculus is rl.calculus
    assert calculus.__name__ == "ratelaw.models.calculus"


def test_everything_the_room_offers_is_there() -> None:
    assert [name for name in calculus.__all__ if not hasattr(calculus, name)] == []


def test_jacobian_of_a_model_has_equations_as_rows_and_states_as_columns() -> None:
    found = calculus.jacobian(model)
    assert found.rows == tuple(f"d{s.name}/dt" for s in model.states)
    assert found.columns == tuple(s.name for s in model.states)
    assert "numerator layout" in str(found)


def test_jacobian_by_parameters_in_denominator_layout_is_the_transpose() -> None:
    found = calculus.jacobian(model, wrt="parameters", layout="denominator")
    other = calculus.jacobian(model, wrt="parameters")
    assert found.rows == tuple(p.name for p in model.parameters)
    assert found.entries == tuple(zip(*other.entries, strict=True))
    assert "denominator layout" in str(found)


def test_gradient_is_all_partials_in_one_vector() -> None:
    assert str(calculus.gradient("x**2 + 3*x*y", ["x", "y"])) == "(2*x + 3*y, 3*x)"


def test_hessian() -> None:
    found = calculus.hessian("x**2 + 3*x*y", ["x", "y"])
    assert found.at(x=7, y=-2) == [[2, 3], [3, 0]]


def test_total_derivative_shows_each_partial_and_then_the_sum() -> None:
    found = calculus.total_derivative("x*y", {"x": "cos(t)", "y": "sin(t)"}, "t")
    assert [s.text for s in found.explanation] == [
        "∂f/∂x = y",
        "dx/dt = -sin(t)",
        "∂f/∂y = x",
        "dy/dt = cos(t)",
        "df/dt = ∂f/∂x*dx/dt + ∂f/∂y*dy/dt",
        "-y*sin(t) + x*cos(t)",
        "df/dt = cos(2*t)",
    ]


def test_derivative_of_a_scalar_by_a_matrix() -> None:
    assert str(calculus.derivative("log(det(X))", wrt="X")) == "X^-1"


def test_shape_is_a_tuple_that_says_its_layout() -> None:
    found = calculus.shape("vector", "vector", m=3, n=2)
    assert found == (3, 2)
    assert str(found).startswith("(3, 2)")
    assert "numerator layout" in found.words


def test_explain_numbers_its_steps() -> None:
    lines = str(calculus.explain("sin(x**2)", "x")).split("\n")
    assert lines[0].startswith("1. chain rule")
    assert lines[1] == "2. power rule: d/dx[x^2] = 2*x"
    assert lines[-1].endswith("= 2*x*cos(x^2)")


def test_difference_quotient_is_a_table_that_says_where_rounding_takes_over() -> None:
    found = calculus.difference_quotient("x**2", at=1)
    assert found.slope == 2
    assert "rounding takes over from h = 1e-08" in str(found)


def test_sensitivity_equations() -> None:
    found = calculus.sensitivity_equations(rl.library.cooling)
    assert "d/dt[dT/dk] = -k*dT/dk + (T_s - T)" in str(found)


RESULTS = {
    "jacobian": lambda: calculus.jacobian(model),
    "jacobian of formulas": lambda: calculus.jacobian(["x*y", "sin(x)"], ["x", "y"]),
    "gradient": lambda: calculus.gradient("x**2 + 3*x*y", ["x", "y"]),
    "hessian": lambda: calculus.hessian("x**2 + 3*x*y", ["x", "y"]),
    "total": lambda: calculus.total_derivative("x*y", {"x": "cos(t)", "y": "sin(t)"}, "t"),
    "chain": lambda: calculus.chain_rule(["u*v"], {"u": "x + y", "v": "x*y"}, ["x", "y"]),
    "matrix": lambda: calculus.derivative("log(det(X))", wrt="X"),
    "scalar": lambda: calculus.derivative("sin(x**2)", "x"),
    "explanation": lambda: calculus.explain("sin(x**2)", "x"),
    "quotient": lambda: calculus.difference_quotient("x**2", at=1),
    "sensitivities": lambda: calculus.sensitivity_equations(model),
    "adjoint": lambda: calculus.adjoint_equations(rl.library.cooling, "(T - 60)^2"),
    "linearisation": lambda: calculus.linearise(rl.library.cooling, {"T": "T_s"}),
    "stationary": lambda: calculus.stationary_points("x**2 + y**2", ["x", "y"]),
    "descent": lambda: calculus.gradient_descent("(x - 1)^2", {"x": 0}),
    "regression": lambda: calculus.linear_regression([0, 1, 2], [1, 3, 6]),
    "rule": lambda: calculus.rule("product"),
}


@pytest.mark.parametrize("name", RESULTS)
def test_every_result_prints_typesets_explains_and_checks_itself(name: str) -> None:
    result = RESULTS[name]()
    assert str(result)
    assert repr(result) == str(result)
    assert result.latex.count("{") == result.latex.count("}")
    assert "$" in result._repr_html_()
    assert len(result.explanation) >= 1
    assert str(result.explanation).startswith("1. ")
    assert result.check, str(result.check)


@pytest.mark.parametrize("name", RESULTS)
def test_every_result_is_frozen(name: str) -> None:
    with pytest.raises(AttributeError):
        RESULTS[name]().steps = ()
