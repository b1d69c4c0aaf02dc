"""Solutions that keep an integral: the rule on the tape, and the formulas it evaluates."""

import math

import pytest
from scipy.integrate import quad, solve_ivp

from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.exact.quadrature import Quadrature
from ratelaw.models.exact.solve import solve_exactly
from ratelaw.models.tape import Builder
from ratelaw.models.tape.composed.quadrature import integral

TUMOUR = "dC/dt = -d*C; dN/dt = r*N*(1 - N/K) - k*C*N; C(0) = 3; N(0) = 2"
PEAK = "dy/dt = -a*y + 1/(1 + t^2); y(0) = y0"


@pytest.fixture(scope="module")
def peak():
    """Return the solution of a linear equation whose integral is no known function."""
    return solve_exactly(PEAK, budget=10)


@pytest.fixture(scope="module")
def tumour():
    """Return the solution of a logistic law with a loss that fades."""
    return solve_exactly(TUMOUR, budget=10)


def rule(write):
    """Return the integral from 0 to 1, and whether it is resolved, by a rate c."""
    builder = Builder(["c"])
    (c,) = builder.inputs
    found = integral(lambda s: write(s, c), builder.constant(0.0), builder.constant(1.0))
    return builder.finish(found)


FALLING = rule(lambda s, c: (-c * s).apply("exp"))
RISING = rule(lambda s, c: (c * (s - 1.0)).apply("exp"))
WAVE = rule(lambda s, c: (c * s).apply("cos"))


@pytest.mark.parametrize("tape", [FALLING, RISING])
@pytest.mark.parametrize("c", [0.01, 1.0, 30.0, 150.0])
def test_the_rule_resolves_layers_at_either_end(tape, c):
    value, resolved = tape(c)
    assert resolved
    assert value == pytest.approx(-math.expm1(-c) / c, rel=1e-13)


@pytest.mark.parametrize("c", [0.5, 5.0, 20.0, 60.0, 90.0, 200.0, 1e3, 1e5])
@pytest.mark.parametrize(
    ("tape", "exact"),
    [(FALLING, lambda c: -math.expm1(-c) / c), (WAVE, lambda c: math.sin(c) / c)],
)
def test_what_the_rule_does_not_resolve_is_not_said_to_be(tape, exact, c):
    value, resolved = tape(c)
    assert not resolved or value == pytest.approx(exact(c), abs=1e-13)


def test_an_integrand_with_a_jump_is_not_resolved():
    tape = rule(lambda s, c: (s < c).apply("select", 1.0, 0.0))
    assert not tape(0.3)[1]


def test_nothing_has_the_integral_nothing():
    assert rule(lambda s, c: 0.0 * s * c)(1.0) == (0.0, 1.0)


@pytest.mark.parametrize("time", [0.5, 3.0, 12.0])
def test_a_tumour_under_a_drug_that_decays_follows_its_equation(tumour, time):
    values = {"d": 0.4, "r": 0.5, "K": 20.0, "k": 0.2}
    exact = tumour(time, values)

    def rates(_, y):
        return [-0.4 * y[0], 0.5 * y[1] * (1 - y[1] / 20) - 0.2 * y[0] * y[1]]

    end = solve_ivp(rates, (0, time), [3, 2], rtol=1e-11, atol=1e-12, method="DOP853").y[:, -1]
    assert exact["N"] == pytest.approx(end[1], rel=1e-9)


def test_a_linear_equation_keeps_the_integral_it_cannot_express(peak):
    inner = quad(lambda s: math.exp(-2 * (3 - s)) / (1 + s * s), 0, 3, epsabs=1e-14)[0]
    got = peak(3.0, {"a": 2.0, "y0": 0.7})["y"]
    assert got == pytest.approx(0.7 * math.exp(-6) + inner, rel=1e-12)
    assert peak.certificate.valid
    assert peak.derivation.checked


def test_an_integral_is_written_as_one(peak):
    (equation,) = peak.equations
    assert equation.text == "y(t) = exp(-a*t)*(y0 + integral(exp(a*s)/(s^2 + 1), s = 0..t))"
    assert r"\int_{0}^{t}" in equation.latex
    assert r"\mathrm{d}s" in equation.latex


def test_the_integral_counts_as_a_solution_with_a_name(peak):
    assert isinstance(peak.parts[0].solved.formula, Quadrature)
    with pytest.raises(NoClosedFormError, match="no formula of elementary functions"):
        _ = peak.formula


def test_where_the_rule_does_not_suffice_no_value_is_given(peak):
    assert math.isnan(peak(1e6, {"a": 2.0, "y0": 1.0})["y"])
