"""The calculus of models and vectors: Jacobians, chain rules, sensitivities, descent."""

import numpy as np
import pytest
import scipy.linalg

import ratelaw as rl
from ratelaw import calculus
from ratelaw.models.errors import InputError, RefusalError, UnknownNameError
from ratelaw.models.lower import lower
from ratelaw.models.sensitivity import augment, sensitivity_name


@pytest.fixture(params=list(rl.library))
def model(request: pytest.FixtureRequest) -> rl.Model:
    return rl.library[request.param]


@pytest.fixture
def parametric(model: rl.Model) -> rl.Model:
    if not model.parameters:
        pytest.skip("it has no parameters")
    return model


@pytest.fixture
def prey() -> rl.Model:
    return rl.model("""
        dx/dt = a*x - b*x*y
        dy/dt = d*x*y - c*y
        x(0) = x_0; y(0) = 1
        a = 1; b = 2; c = 1; d = 1; s = 3
        x_0 = 2*a
    """)


@pytest.mark.parametrize("wrt", ["states", "parameters"])
def test_the_jacobian_of_every_model_agrees_with_complex_steps(model: rl.Model, wrt: str) -> None:
    if not getattr(model, wrt):
        pytest.skip(f"it has no {wrt}")
    found = calculus.jacobian(model, wrt=wrt)
    assert found.check, str(found.check)
    assert found.shape == (len(model.states), len(getattr(model, wrt)))


def test_the_sensitivity_equations_of_every_model_agree(parametric: rl.Model) -> None:
    found = calculus.sensitivity_equations(parametric)
    assert found.check, str(found.check)


def test_the_sensitivity_equations_are_those_the_solvers_integrate(parametric: rl.Model) -> None:
    parameters = [p.name for p in parametric.parameters]
    system = augment(lower(parametric), parameters)
    equations = calculus.sensitivity_equations(parametric).equations
    values = np.random.default_rng(0).uniform(0.5, 1.5, len(system.vector_field.inputs))
    point = dict(zip(system.vector_field.inputs, values, strict=True))
    for p in parameters:
        for s in parametric.states:
            point[f"d{s.name}/d{p}"] = point[sensitivity_name(s.name, p)]
    wanted = system.vector_field(*values)[len(parametric.states) :]
    assert [e.value.at(point) for e in equations] == pytest.approx(list(wanted), rel=1e-12)


def test_the_adjoint_equations_of_every_model_agree(model: rl.Model) -> None:
    loss = " + ".join(f"({s.name} - 1)^2" for s in model.states)
    found = calculus.adjoint_equations(model, loss)
    assert found.check, str(found.check)


def test_the_adjoint_gives_the_gradient_of_an_integral() -> None:
    # dx/dt = -k*x from 1, g = x: G = (1 - exp(-k*T))/k, and lambda(t) = (1 - exp(-k*(T - t)))/k.
    decay = rl.model("dx/dt = -k*x; x(0) = 1; k = 0.5")
    found = calculus.adjoint_equations(decay, "x")
    k, end = 0.5, 2.0
    t = np.linspace(0, end, 20001)
    x, adjoint = np.exp(-k * t), (1 - np.exp(-k * (end - t))) / k
    rate = found.equations[0].value.at(x=x[7], k=k, lambda_x=adjoint[7])
    assert rate == pytest.approx(-np.exp(-k * (end - t[7])), rel=1e-12)
    integrand = [
        found.integrands[0].at(x=a, lambda_x=b, k=k) for a, b in zip(x, adjoint, strict=True)
    ]
    exact = end * np.exp(-k * end) / k - (1 - np.exp(-k * end)) / k**2
    assert np.trapezoid(integrand, t) == pytest.approx(exact, rel=1e-6)


def test_definitions_are_substituted() -> None:
    cup = rl.model("dT/dt = F; F = -k*(T - T_s); T(0) = 90; k = 0.07; T_s = 21")
    assert str(calculus.jacobian(cup)["dT/dt", "T"]) == "-k"


def test_a_jacobian_at_a_point_takes_the_models_values(prey: rl.Model) -> None:
    assert calculus.jacobian(prey).at(x=1, y=1) == [[-1, -2], [1, 0]]


def test_a_jacobian_is_named_by_what_its_rows_and_columns_are(prey: rl.Model) -> None:
    assert "rows are equations, columns are states" in str(calculus.jacobian(prey))
    turned = calculus.jacobian(prey, wrt="parameters", layout="denominator")
    assert "rows are parameters, columns are equations" in str(turned)


def test_a_jacobian_by_named_parameters(prey: rl.Model) -> None:
    found = calculus.jacobian(prey, wrt=["a", "y"])
    assert found.columns == ("a", "y")


def test_a_jacobian_by_an_unknown_name_is_refused(prey: rl.Model) -> None:
    with pytest.raises(UnknownNameError, match=r"wrt: there is no z"):
        calculus.jacobian(prey, wrt="z")


def test_sensitivities_start_where_the_start_values_say(prey: rl.Model) -> None:
    found = calculus.sensitivity_equations(prey, ["a", "y(0)"])
    assert [str(s) for s in found.starts] == ["2", "0", "0", "1"]


def test_sensitivities_name_every_term(prey: rl.Model) -> None:
    steps = str(calculus.sensitivity_equations(prey, ["a"]).explanation)
    assert "∂f_x/∂x*dx/da with ∂f_x/∂x = a - b*y" in steps
    assert "∂f_x/∂a = x" in steps


def test_linearisation_at_an_equilibrium_keeps_parameters() -> None:
    growth = rl.model("dx/dt = r*x*(1 - x/K); x(0) = 1; r = 0.5; K = 10")
    found = calculus.linearise(growth, {"x": "K"})
    assert str(found.matrix[0][0]) == "-r"
    assert found.constant[0].is_zero
    assert found.eigenvalues() == (-0.5,)
    assert found.check


def test_linearisation_of_a_centre_has_imaginary_eigenvalues(prey: rl.Model) -> None:
    found = calculus.linearise(prey, {"x": "c/d", "y": "a/b"})
    assert found.eigenvalues() == pytest.approx([1j, -1j])


@pytest.mark.parametrize("at", [{"x": 1}, {}])
def test_linearisation_needs_every_state(prey: rl.Model, at: dict[str, float]) -> None:
    with pytest.raises(InputError, match="no place for"):
        calculus.linearise(prey, at)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("x^2 + y^2", ["minimum"]),
        ("-x^2 - 2*y^2", ["maximum"]),
        ("x^2 - y^2", ["saddle"]),
        ("x^2 + 3*x*y", ["saddle"]),
        ("x^4 + y^4", ["undecided"]),
        ("x^3 - 3*x + y^2", ["saddle", "minimum"]),
        ("(x^2 - 1)^2 + y^2", ["minimum", "saddle", "minimum"]),
        ("exp(x) + y", []),
    ],
)
def test_stationary_points_are_told_apart(text: str, kinds: list[str]) -> None:
    found = calculus.stationary_points(text, ["x", "y"])
    assert [p.kind for p in found.points] == kinds
    assert all(max(map(abs, found.gradient.at(dict(p.place)))) < 1e-12 for p in found.points)


def test_a_curve_of_stationary_points_is_refused() -> None:
    with pytest.raises(RefusalError, match="along a curve"):
        calculus.stationary_points("(x - y)^2", ["x", "y"])


def test_the_gradient_is_the_direction_of_steepest_ascent() -> None:
    found = calculus.gradient("sin(x)*y + x*y^2", ["x", "y"])
    point = np.array([0.3, 0.8])
    slope = np.array(found.at(x=point[0], y=point[1]))
    angles = np.linspace(0, 2 * np.pi, 721)
    rise = [
        found.expression.at(x=point[0] + 1e-6 * np.cos(a), y=point[1] + 1e-6 * np.sin(a))
        for a in angles
    ]
    best = angles[int(np.argmax(rise))]
    assert np.arctan2(slope[1], slope[0]) == pytest.approx(best, abs=np.pi / 180)


def test_a_gradient_gives_its_entries_by_name() -> None:
    assert str(calculus.gradient("x^2*y", ["x", "y"])["y"]) == "x^2"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("x*y", {"x": "cos(t)", "y": "sin(t)"}),
        ("x^2*t", {"x": "exp(-t)"}),
        ("sin(x*y) + z", {"x": "t^2", "y": "1/(1 + t^2)", "z": "3"}),
    ],
)
def test_the_total_derivative_is_that_of_the_function_with_the_path_put_in(
    text: str, path: dict[str, str]
) -> None:
    found = calculus.total_derivative(text, path, "t")
    assert found.check, str(found.check)


def test_a_path_of_names_that_are_not_there_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="path: there is no z"):
        calculus.total_derivative("x*y", {"z": "t"}, "t")


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_the_vector_chain_rule_is_a_product_of_matrices_in_its_order(layout: str) -> None:
    inner = {"u": "x + y^2", "v": "x*y"}
    found = calculus.chain_rule(["u*v", "sin(u)", "v^2"], inner, ["x", "y"], layout=layout)
    x, y = 0.4, 1.3
    at = {"x": x, "y": y, "u": x + y**2, "v": x * y}
    left, right = (np.array(f.at(at)) for f in found.factors)
    np.testing.assert_allclose(left @ right, found.product.at(at), rtol=1e-13)
    assert found.check


def test_a_descent_with_a_good_rate_converges() -> None:
    found = calculus.gradient_descent("(x - 1)^2 + 2*(y + 3)^2", {"x": 5, "y": 5}, rate=0.2)
    assert found.converged
    assert found.place == pytest.approx({"x": 1, "y": -3})


def test_a_descent_above_the_largest_stable_rate_diverges_and_says_so() -> None:
    found = calculus.gradient_descent("10*x^2", {"x": 1}, rate=0.11)
    assert found.diverged
    assert found.limit == pytest.approx(0.1)
    assert "largest stable rate here is about 0.1" in str(found)


@pytest.mark.parametrize("factor", [0.98, 1.02])
@pytest.mark.parametrize("momentum", [0.0, 0.5])
def test_the_largest_stable_rate_is_where_it_is_said_to_be(factor: float, momentum: float) -> None:
    limit = 2 * (1 + momentum) / 20
    found = calculus.gradient_descent(
        "10*x^2", {"x": 1}, rate=factor * limit, momentum=momentum, steps=3000
    )
    assert (found.converged, found.diverged) == (factor < 1, factor > 1)


def test_momentum_is_faster_in_a_narrow_valley() -> None:
    text, start = "x^2 + 50*y^2", {"x": 1, "y": 1}
    plain = calculus.gradient_descent(text, start, rate=0.019, steps=5000)
    heavy = calculus.gradient_descent(text, start, rate=0.03, momentum=0.75, steps=5000)
    assert len(heavy.path) < len(plain.path) / 3


@pytest.mark.parametrize(
    "wrong", [{"rate": 0}, {"rate": -1}, {"momentum": 1}, {"momentum": -0.1}, {"steps": 0}]
)
def test_a_descent_refuses_numbers_out_of_range(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError, match="expected a rate above 0"):
        calculus.gradient_descent("x^2", {"x": 1}, **wrong)


def test_regression_by_both_ways_is_that_of_scipy() -> None:
    rng = np.random.default_rng(0)
    x, z = rng.normal(size=50), rng.uniform(0, 3, 50)
    y = 2 + 3 * x - z + 0.1 * rng.normal(size=50)
    found = calculus.linear_regression({"x": x, "z": z}, y)
    exact = scipy.linalg.lstsq(np.column_stack([np.ones(50), x, z]), y)[0]
    np.testing.assert_allclose(found.coefficients, exact, rtol=1e-10)
    np.testing.assert_allclose(found.by_descent, exact, rtol=1e-9)
    assert found["z"] == pytest.approx(exact[2])


def test_regression_on_columns_that_depend_on_one_another_is_refused() -> None:
    with pytest.raises(RefusalError, match="leave one out"):
        calculus.linear_regression({"x": [1, 2, 3], "z": [2, 4, 6]}, [1, 2, 3])


@pytest.mark.parametrize(
    ("columns", "y"), [([1, 2], [1, 2, 3]), ([1], [1]), ([1, 2, float("nan")], [1, 2, 3])]
)
def test_regression_refuses_data_it_cannot_use(columns: list[float], y: list[float]) -> None:
    with pytest.raises(InputError):
        calculus.linear_regression(columns, y)
