"""Linear equations with inputs and linear systems: printed, certified, safe where rates merge."""

import itertools
import math
from random import Random

import mpmath
import pytest

import ratelaw as rl
from ratelaw.models.exact.derivation import Step
from ratelaw.models.exact.linear.divided import weighted_sum
from ratelaw.models.exact.proof.certificate import checked
from ratelaw.models.notation import Shown
from ratelaw.models.tape import Builder, Tape
from ratelaw.models.tape.differentiate import derivative, jacobian

PRINTED = {
    "dT/dt = -k*(T - T_s - B*exp(-c*t))": (
        "T(t) = T_s + k*B/(k - c)*exp(-c*t) + (T_0 - T_s - k*B/(k - c))*exp(-k*t)"
    ),
    "dx/dt = -x + t^2": "x(t) = t^2 - 2*t + 2 + (x_0 - 2)*exp(-t)",
    "dx/dt = -a*x; dy/dt = a*x - b*y": (
        "x(t) = x_0*exp(-a*t)\ny(t) = a*x_0/(b - a)*exp(-a*t) + (y_0 - a*x_0/(b - a))*exp(-b*t)"
    ),
    "dx/dt = -a*x; dy/dt = a*x - a*y": ("x(t) = x_0*exp(-a*t)\ny(t) = (y_0 + a*x_0*t)*exp(-a*t)"),
    "dx/dt = v; dv/dt = -w^2*x": (
        "x(t) = x_0*cos(w*t) + v_0/w*sin(w*t)\nv(t) = v_0*cos(w*t) - w*x_0*sin(w*t)"
    ),
    "dA/dt = -k*A + q*B; dB/dt = k*A - q*B": (
        "A(t) = (q*(A_0 + B_0) + (k*A_0 - q*B_0)*exp(-(k + q)*t))/(k + q)\n"
        "B(t) = (k*(A_0 + B_0) + (q*B_0 - k*A_0)*exp(-(k + q)*t))/(k + q)"
    ),
    "dx/dt = v; dv/dt = -2*v - x": (
        "x(t) = (x_0 + (x_0 + v_0)*t)*exp(-t)\nv(t) = (v_0 - (x_0 + v_0)*t)*exp(-t)"
    ),
    "dx/dt = if(t < a, p, 0) - k*x": (
        "x(t) = p/k + (x_0 - p/k)*exp(-k*t) + if(t < a, 0, p/k*(exp(-k*(t - a)) - 1))"
    ),
}


@pytest.mark.parametrize(("text", "printed"), PRINTED.items())
def test_a_formula_is_the_textbooks(text: str, printed: str) -> None:
    assert str(rl.solve_exactly(text)) == printed


@pytest.mark.parametrize("text", PRINTED)
def test_every_step_is_checked(text: str) -> None:
    assert rl.solve_exactly(text).derivation.checked


SIZES = (0.0, 1e-9, 0.1, 2.999, 3.001, 40.0)


def exact_difference(points: list[float]) -> object:
    """Return exp[z_0, …, z_m]: a corner of the exponential of a matrix with two diagonals."""
    n = len(points)
    matrix = mpmath.matrix(n, n)
    for i, z in enumerate(points):
        matrix[i, i] = mpmath.mpf(z)
        if i + 1 < n:
            matrix[i, i + 1] = 1
    return mpmath.expm(matrix, method="taylor")[0, n - 1]


@pytest.mark.parametrize("base", [-30.0, 2.0])
def test_divided_differences_lose_no_digit_wherever_points_merge(base: float) -> None:
    names = ["x", "y", "z"]
    builder = Builder(names)
    tape = builder.finish([weighted_sum(builder.inputs, [0.0, 0.0, 1.0])])
    slopes = jacobian(tape, names).tape
    with mpmath.workdps(60):
        for one, other in itertools.product(SIZES, SIZES):
            points = [base, base - one, base - other]
            assert abs(tape(*points)[0] / exact_difference(points) - 1) < 1e-14
            for i, slope in enumerate(slopes(*points)):
                assert abs(slope / exact_difference([*points, points[i]]) - 1) < 1e-12


@pytest.mark.parametrize("seed", range(4))
def test_what_enters_a_chain_on_the_way_shares_its_table_and_loses_no_digit(seed: int) -> None:
    random = Random(seed)
    sizes = [0.0, 1e-9, 0.3, 2.0, 40.0, 1e4]
    points = [-random.choice(sizes) * random.choice([1.0, random.random()]) for _ in range(7)]
    weights = [random.random() for _ in points]
    names = [f"z{i}" for i in range(7)]
    builder = Builder(names)
    tape = builder.finish([weighted_sum(builder.inputs, weights)])
    with mpmath.workdps(60):
        wanted = sum(w * exact_difference(points[: i + 1]) for i, w in enumerate(weights))
        assert abs(tape(*points)[0] / wanted - 1) < 2e-14


def test_a_chain_holds_where_rates_are_equal_or_zero() -> None:
    exact = rl.solve_exactly("da/dt = -k*a; db/dt = k*a - m*b; dc/dt = m*b - n*c")
    start = {"a(0)": 1.0, "b(0)": 0.0, "c(0)": 0.0}
    got = exact(3, {"k": 0.5, "m": 0.5, "n": 0.5, **start})
    assert got["c"] == pytest.approx((0.5 * 3) ** 2 / 2 * mpmath.exp(-1.5), rel=1e-14)
    assert exact(3, {"k": 0.5, "m": 0.0, "n": 0.0, **start})["b"] == pytest.approx(
        -mpmath.expm1(-1.5), rel=1e-14
    )


OSCILLATOR = "dx/dt = v; dv/dt = -k*x - c*v"


@pytest.fixture(scope="module")
def damped() -> tuple[Tape, dict[str, Tape]]:
    """Return the oscillator and its derivatives."""
    tape = rl.solve_exactly(OSCILLATOR).tape
    return tape, {name: derivative(tape, name) for name in tape.inputs}


@pytest.mark.parametrize("gap", [0.0, 1e-14, -1e-14, 1e-7, -1e-7, 1e-3, -1e-3, 0.5, -0.5, 30, -3.9])
@pytest.mark.parametrize("time", [1e-6, 0.3, 4.0, 30.0])
def test_an_oscillator_holds_through_critical_damping(
    gap: float, time: float, damped: tuple[Tape, dict[str, Tape]]
) -> None:
    tape, slopes = damped
    point = {"t": time, "k": 1.0, "c": 2.0 + gap, "x(0)": 1.0, "v(0)": 0.5}
    inputs = [point[name] for name in tape.inputs]
    with mpmath.workdps(60):
        exact = oscillator(point)
        assert abs(tape(*inputs)[0] - exact) <= 1e-13 * abs(exact)
        for name in ("k", "c", "x(0)", "v(0)"):
            slope = mpmath.diff(lambda z, n=name: oscillator({**point, n: z}), point[name])
            size = max(abs(slope), abs(exact))
            assert abs(slopes[name](*inputs)[0] - slope) <= 1e-12 * size, name


def oscillator(point: dict[str, object]) -> object:
    """Return x of the damped oscillator by complex roots, slightly apart where they merge."""
    k, c, x, v = (mpmath.mpf(point[n]) for n in ("k", "c", "x(0)", "v(0)"))
    root = mpmath.sqrt(c * c / 4 - k + mpmath.mpf(10) ** -45)
    fast, slow = -c / 2 + root, -c / 2 - root
    grown, gone = mpmath.exp(fast * point["t"]), mpmath.exp(slow * point["t"])
    return mpmath.re(((v - slow * x) * grown - (v - fast * x) * gone) / (fast - slow))


def test_an_oscillator_says_what_it_is_in_every_case() -> None:
    rows = str(rl.solve_exactly(OSCILLATOR)).splitlines()
    assert rows[0] == "x(t) = (x_0*C + (c*x_0/2 + v_0)*S)*exp(-c*t/2)"
    assert rows[2:4] == ["C = cos(omega*t)", "S = sin(omega*t)/omega"]
    assert rows[-1].startswith("where k - c^2/4 < 0 with cosh, sinh")


SYSTEMS = [
    "dx/dt = -a*x + b*y; dy/dt = a*x - b*y",
    "dx/dt = y; dy/dt = -w^2*x - c*y",
    "dx/dt = y; dy/dt = -x + F*cos(w*t)",
    "dx/dt = 2*x - y; dy/dt = x; dz/dt = x - z",
    "dx/dt = y; dy/dt = -k*x + if(t < a, F, 0)",
]


@pytest.mark.parametrize("text", SYSTEMS)
def test_a_system_agrees_with_integration(text: str) -> None:
    model = rl.model(text)
    values = dict(zip((p.name for p in model.parameters), (0.7, 1.3, 0.4), strict=False))
    starts = {model.start_name(s.name): 1.0 + i for i, s in enumerate(model.states)}
    model = model({**values, **starts})
    exact = rl.solve_exactly(model)
    sol = rl.solve(model, 3, rtol=1e-9)
    assert exact.certificate.valid
    assert all(step.checked for step in exact.derivation if step.claims)
    assert not exact.remaining
    assert float(exact.difference(sol)) < 1e-6


def test_a_matrix_exponential_says_so() -> None:
    exact = rl.solve_exactly(
        "dx/dt = -x + a*y; dy/dt = x - y + b*z; dz/dt = y - 2*z; x(0) = 1; y(0) = 0; z(0) = 0"
    )
    first, second = str(exact).splitlines()
    assert first == "[x, y, z](t) = exp(A*t)*[x_0, y_0, z_0]"
    assert second == "A = [[-1, a, 0], [1, -1, b], [0, 1, -2]]"
    with pytest.raises(ValueError, match="no formula of elementary functions"):
        _ = exact.formula


SWITCHED = [
    "x'' = -w^2*x + F*if(t < t1, 0, 1); x(0) = x0; x'(0) = v0",
    "x'' = -w^2*x + F*if(t >= t1, 1, 0); x(0) = x0; x'(0) = v0",
    "x'' = -w^2*x + if(t < t1, 0, F); x(0) = x0; x'(0) = v0",
]


@pytest.mark.parametrize("text", SWITCHED)
def test_a_point_at_which_an_input_jumps_is_none_of_the_certificates(text: str) -> None:
    assert rl.solve_exactly(text, budget=20).certificate.valid


@pytest.mark.parametrize("seed", range(4))
def test_a_damped_oscillator_is_a_decaying_oscillation(seed: int) -> None:
    exact = rl.solve_exactly("x'' = -w^2*x - 2*c*x'; x(0) = 1; x'(0) = 0", seed=seed)
    assert str(exact) == (
        "x(t) = exp(-c*t)*(x_0*C + (c*x_0 + x'_0)*S)\n"
        "C = cos(omega*t)\n"
        "S = sin(omega*t)/omega\n"
        "omega = sqrt(w^2 - c^2)\n"
        "where w^2 - c^2 < 0 with cosh, sinh and sqrt(c^2 - w^2); where it is 0, C = 1 and S = t"
    )
    assert exact.derivation.checked


@pytest.mark.parametrize("seed", [0, 5, 8])
def test_a_driven_oscillator_is_a_formula_whatever_the_seed(seed: int) -> None:
    text = "x'' = -w^2*x - 2*c*x' + F*cos(q*t); x(0) = 1; x'(0) = 0"
    exact = rl.solve_exactly(text, seed=seed)
    assert str(exact).startswith("x(t) = F/((w^2 - q^2)^2 + 4*c^2*q^2)*((w^2 - q^2)*cos(")
    assert exact.derivation.checked


def test_rates_times_time_beyond_a_million_are_no_obstacle() -> None:
    exact = rl.solve_exactly("x'' = -w^2*x + F*cos(q*t); x(0) = 1; x'(0) = 0; w = 2; F = 3; q = 1")
    time = 4e6
    assert exact(time)["x"] == pytest.approx(math.cos(time), abs=1e-8)


def test_a_value_that_does_not_exist_is_nan() -> None:
    text = "x'' = (-k*x - c*x' + F*cos(q*t))/m; x(0) = 1; x'(0) = 0; k = 1; c = 1; F = 1; q = 1"
    assert math.isnan(rl.solve_exactly(text)(2, m=0)["x"])


def test_a_step_without_a_claim_is_not_marked() -> None:
    (step,) = checked([Step("Look closely", Shown("x = x", "x = x"))])
    assert not step.checked


def test_a_matrix_exponential_is_put_back_by_the_certificate_alone() -> None:
    exact = rl.solve_exactly("dx/dt = -x + a*y; dy/dt = x - y + b*z; dz/dt = y - 2*z")
    recognised, characteristic, last = exact.derivation
    assert characteristic.text.startswith("lambda^3 + 4*lambda^2")
    assert recognised.claims
    assert last.checked
    assert not last.claims


VARYING = ["dN/dt = (g - k*exp(-d*t))*N", "dy/dt = y*tan(t) + cos(t)"]


@pytest.mark.parametrize("text", VARYING)
def test_a_coefficient_may_vary_in_time(text: str) -> None:
    exact = rl.solve_exactly(text, budget=60)
    assert exact.certificate.valid
    assert not exact.remaining


FILLING = {
    "dS/dt = c*q - p*S/(V + (q - p)*t)": (
        "S(t) = c*(V + (q - p)*t) + (S_0 - c*V)*((V + (q - p)*t)/V)^(-p/(q - p))"
    ),
    "dx/dt = -k*x/(1 + t)": "x(t) = x_0*(1 + t)^(-k)",
    "dv/dt = g - 3*k*v/(r + k*t); v(0) = 0": (  # a raindrop that gathers mist
        "v(t) = g/(4*k)*(r + k*t) + (v_0 - g*r/(4*k))*((r + k*t)/r)^-3"
    ),
}


@pytest.mark.parametrize(("text", "printed"), FILLING.items())
def test_a_tank_that_fills_goes_with_a_power_of_its_volume(text: str, printed: str) -> None:
    exact = rl.solve_exactly(text)
    assert str(exact) == printed
    assert exact.derivation.checked


FRACTIONS = {
    "y'' = -y/9; y(1) = a; y'(1) = b": "y(t) = a*cos((t - 1)/3) + 3*b*sin((t - 1)/3)",
    "dy/dt = -y/3 + q; y(1) = a": "y(t) = 3*q + (a - 3*q)*exp(-(t - 1)/3)",
    "x'' = -w^2*x + F*cos(w*t); x(0) = a; x'(0) = b": (
        "x(t) = F*t/(2*w)*sin(w*t) + a*cos(w*t) + b/w*sin(w*t)"
    ),
}


@pytest.mark.parametrize(("text", "printed"), FRACTIONS.items())
def test_a_fraction_is_printed_below_the_line(text: str, printed: str) -> None:
    assert str(rl.solve_exactly(text)) == printed


def test_a_tank_that_hardly_fills_is_near_one_that_does_not() -> None:
    text = "dS/dt = c*q - p*S/(V + (q - p)*t); S(0) = 0; c = 0.2; q = 3; p = 3; V = 100"
    exact = rl.solve_exactly(text)
    assert exact(10)["S"] == pytest.approx(20 * (1 - math.exp(-0.3)), rel=1e-15)
    assert exact(10, q=3 + 1e-12)["S"] == pytest.approx(exact(10)["S"], rel=1e-11)


RESCALED = {
    "dx/dt = -w*t*y; dy/dt = w*t*x": (
        "x(t) = x_0*cos(w*t^2/2) - y_0*sin(w*t^2/2)\ny(t) = y_0*cos(w*t^2/2) + x_0*sin(w*t^2/2)"
    ),
    "x'' = -a*x'/t - b*x/t^2; x(1) = 1; x'(1) = 0": (
        "x(t) = (x_0*C + ((a - 1)*x_0/2 + x'_0)*S)*t^((1 - a)/2)\n"
        "C = cos(omega*log(t))\n"
        "S = sin(omega*log(t))/omega\n"
        "omega = sqrt(b - (a - 1)^2/4)\n"
        "where b - (a - 1)^2/4 < 0 with cosh, sinh and sqrt((a - 1)^2/4 - b); "
        "where it is 0, C = 1 and S = log(t)"
    ),
    "dx/dt = (x + 2*y)/t; dy/dt = (2*x + y)/t; x(1) = 1; y(1) = 0": (
        "x(t) = ((x_0 + y_0)*t^3 + (x_0 - y_0)/t)/2\ny(t) = ((x_0 + y_0)*t^3 - (x_0 - y_0)/t)/2"
    ),
}


@pytest.mark.parametrize(("text", "printed"), RESCALED.items())
def test_a_system_is_constant_in_a_time_of_its_own(text: str, printed: str) -> None:
    exact = rl.solve_exactly(text)
    assert str(exact) == printed
    assert all(step.checked for step in exact.derivation.steps[:-1])
    assert exact.certificate.valid


@pytest.mark.parametrize("field", ["E", "E*t", "E*sin(u*t)", "E*exp(-u*t)"])
def test_velocities_that_turn_each_other_have_a_derivation(field: str) -> None:
    exact = rl.solve_exactly(f"x'' = q*y'\ny'' = {field} - q*x'", budget=10)
    assert exact.derivation.checked
    assert "x'_p(t) = " in str(exact.derivation)


RESONANT = {
    "driven by a cosine": (
        "x'' = -w^2*x + F*cos(w*t)",
        lambda t: math.cos(2 * t) + 3 * t * math.sin(2 * t) / 4,
    ),
    "driven by a sine": (
        "x'' = -w^2*x + F*sin(w*t)",
        lambda t: math.cos(2 * t) + 3 * (math.sin(2 * t) - 2 * t * math.cos(2 * t)) / 8,
    ),
    "damped, by a wave that dies out alike": (
        "dx/dt = -x - w*y + F*exp(-t)*cos(w*t); dy/dt = w*x - y; y(0) = 0",
        lambda t: (
            math.exp(-t) * (math.cos(2 * t) + 3 * t * math.cos(2 * t) / 2 + 3 * math.sin(2 * t) / 4)
        ),
    ),
}


@pytest.mark.parametrize("name", RESONANT)
def test_a_wave_in_resonance_grows_with_time_in_the_formula(name: str) -> None:
    text, by_hand = RESONANT[name]
    exact = rl.solve_exactly(text, budget=10)
    given = {"w": 2.0, "F": 3.0, "x(0)": 1.0}
    velocity = {"x'(0)": 0.0} if "''" in text else {}
    assert exact(1.7, given | velocity)["x"] == pytest.approx(by_hand(1.7), rel=1e-12)
    assert "integral" not in str(exact)
    assert exact.derivation.checked


def test_resonance_at_no_frequency_is_a_constant_force() -> None:
    exact = rl.solve_exactly("x'' = -w^2*x + F*cos(w*t)", budget=10)
    at = exact(1.5, {"w": 0.0, "F": 3.0, "x(0)": 1.0, "x'(0)": 2.0})
    assert at["x"] == pytest.approx(1 + 2 * 1.5 + 3 * 1.5**2 / 2, rel=1e-13)


# Chains of decays


def chain_of(members: int) -> str:
    """Return a chain whose last member stays."""
    rates = ["dx1/dt = -k1*x1"]
    rates += [f"dx{i}/dt = k{i - 1}*x{i - 1} - k{i}*x{i}" for i in range(2, members)]
    return "; ".join([*rates, f"dx{members}/dt = k{members - 1}*x{members - 1}"])


def test_a_long_chain_is_printed_by_batemans_formula() -> None:
    exact = rl.solve_exactly(
        "da/dt = -p*a; db/dt = p*a - q*b; dc/dt = q*b - r*c; dd/dt = r*c - s*d"
    )
    assert exact.equations[-1].text == (
        "d(t) = p*q*r*a_0*(exp(-p*t)/((s - p)*(r - p)*(q - p))"
        " - exp(-q*t)/((s - q)*(r - q)*(q - p))"
        " + exp(-r*t)/((s - r)*(r - q)*(r - p)) - exp(-s*t)/((s - r)*(s - q)*(s - p)))"
        " + q*r*b_0*(exp(-q*t)/((s - q)*(r - q)) - exp(-r*t)/((s - r)*(r - q))"
        " + exp(-s*t)/((s - r)*(s - q)))"
        " + r*c_0/(s - r)*(exp(-r*t) - exp(-s*t)) + d_0*exp(-s*t)"
    )
    assert exact.derivation.checked


def test_the_member_that_stays_is_printed_without_its_rate() -> None:
    assert rl.solve_exactly(chain_of(4)).equations[-1].text.endswith("x3_0*(1 - exp(-k3*t)) + x4_0")


def test_branches_of_a_chain_are_chains() -> None:
    exact = rl.solve_exactly(
        "da/dt = -(k + m)*a; db/dt = k*a - p*b; dc/dt = m*a - q*c; dd/dt = q*c - r*d; "
        "de/dt = r*d - s*e"
    )
    assert exact.equations[-1].text.startswith("e(t) = m*q*r*a_0*(exp(-(k + m)*t)/")


@pytest.mark.parametrize("rate", [0.0, 1e-9, 0.7])
def test_a_long_chain_keeps_its_digits_where_rates_merge(rate: float) -> None:
    exact = rl.solve_exactly(chain_of(6))
    rates = {"k1": 0.7, "k2": rate, "k3": 0.7 + 1e-12, "k4": 300.0, "k5": 0.7}
    start = {f"x{i}(0)": float(i == 1) for i in range(1, 7)}
    got = exact(3, {**rates, **start})
    with mpmath.workdps(60):
        matrix = mpmath.matrix(6, 6)
        for i, k in enumerate(rates.values()):
            matrix[i, i], matrix[i + 1, i] = -mpmath.mpf(k), mpmath.mpf(k)
        wanted = mpmath.expm(3 * matrix, method="taylor")
        for i in range(6):
            assert float(abs(got[f"x{i + 1}"] - wanted[i, 0])) <= 1e-14 * float(abs(wanted[i, 0]))


def test_a_chain_with_one_rate_throughout_is_printed_with_powers_of_time() -> None:
    exact = rl.solve_exactly(
        "da/dt = -k*a; db/dt = k*a - k*b; dc/dt = k*b - k*c; dd/dt = k*c - k*d"
    )
    assert "k^3*a_0*t^3/6" in exact.equations[-1].text


ROCKET = """
dv/dt = -g + u*q/(m - q*t) - k*v/(m - q*t)
v(0) = 0; g = 1; u = 2; q = 0.1; m = 3; k = 0.1
"""


def test_a_rocket_under_gravity_and_drag_prints_as_a_textbook_has_it():
    assert str(rl.solve_exactly(ROCKET, budget=20)) == (
        "v(t) = g/(q - k)*(m - q*t) + u*q/k + (v_0 - g*m/(q - k) - u*q/k)*((m - q*t)/m)^(k/q)"
    )


@pytest.mark.parametrize("q", [0.1, 0.0])
@pytest.mark.parametrize("k", [0.0, 0.1, 0.1 * (1 + 1e-9), 0.3])
def test_a_rocket_keeps_its_digits_where_rates_merge(k, q):
    def slope(v: mpmath.mpf, t: mpmath.mpf) -> mpmath.mpf:
        return -1 + (2 * mpmath.mpf(q) - mpmath.mpf(k) * v) / (3 - mpmath.mpf(q) * t)

    expected = mpmath.odefun(lambda t, v: slope(v, t), 0, mpmath.mpf(0), tol=1e-20)(5)
    found = rl.solve_exactly(ROCKET, budget=20)(5.0, {"k": k, "q": q})["v"]
    assert found == pytest.approx(float(expected), rel=1e-14)


def test_a_tank_whose_inflow_is_no_such_line_is_solved_by_another_class():
    exact = rl.solve_exactly("dy/dt = y/(1 + t) + t^2/(1 + t); y(0) = 1", budget=20)
    assert exact(1.0)["y"] == pytest.approx(5 - 4 * math.log(2), rel=1e-14)
