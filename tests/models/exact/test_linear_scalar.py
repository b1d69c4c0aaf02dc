"""The linear equation with constant coefficients: printed as in a textbook, exact to rounding."""

import itertools

import mpmath
import pytest

import ratelaw as rl
from ratelaw.models.closed_form import SHELF
from ratelaw.models.exact.budget.clock import Clock
from ratelaw.models.exact.solvable import Block
from ratelaw.models.lower import lower
from ratelaw.models.notation import Notation
from ratelaw.models.tape import Builder, Tape
from ratelaw.models.tape.composed.confluent import growth, relative_growth
from ratelaw.models.tape.differentiate import derivative

PRINTED = {
    "dT/dt = -k*(T - T_s)": "T(t) = T_s + (T_0 - T_s)*exp(-k*t)",
    "dx/dt = -k*x": "x(t) = x_0*exp(-k*t)",
    "dx/dt = g": "x(t) = x_0 + g*t",
    "dx/dt = 0": "x(t) = x_0",
    "dv/dt = g - c*v": "v(t) = g/c + (v_0 - g/c)*exp(-c*t)",
    "dv/dt = g - c*v/m": "v(t) = g*m/c + (v_0 - g*m/c)*exp(-c*t/m)",
    "dQ/dt = r*c - r*Q/V": "Q(t) = c*V + (Q_0 - c*V)*exp(-r*t/V)",
    "di/dt = (V - R*i)/L": "i(t) = V/R + (i_0 - V/R)*exp(-R*t/L)",
    "dV/dt = (-(V - E) + R*I)/tau": "V(t) = E + R*I + (V_0 - E - R*I)*exp(-t/tau)",
    "dm/dt = a*(1 - m) - b*m": "m(t) = a/(a + b) + (m_0 - a/(a + b))*exp(-(a + b)*t)",
    "dB/dt = r*B + d": "B(t) = (B_0 + d/r)*exp(r*t) - d/r",
    "dC/dt = R/V - k*C": "C(t) = R/(V*k) + (C_0 - R/(V*k))*exp(-k*t)",
    "dp/dt = k*((a - b*p) - (c + e*p))": (
        "p(t) = (a - c)/(b + e) + (p_0 - (a - c)/(b + e))*exp(-k*(b + e)*t)"
    ),
    "dy/dt = -0.5*y + 2": "y(t) = 4 + (y_0 - 4)*exp(-t/2)",
    "dy/dt = y/3": "y(t) = y_0*exp(t/3)",
    "dy/dt = sqrt(k)*(1 - y)": "y(t) = 1 + (y_0 - 1)*exp(-sqrt(k)*t)",
    "dy/dt = y; y(5) = 1": "y(t) = y_0*exp(t - 5)",
    "dx/ds = -k*x; x(-2) = 1": "x(s) = x_0*exp(-k*(s + 2))",
    "dx/dt = -k*x; x(0) = x0": "x(t) = x0*exp(-k*t)",
    "dx/dt = -k*x; x(0) = a + b": "x(t) = (a + b)*exp(-k*t)",
    "dT/dt = -k*(T - T_s); T(0) = T_s + 10": "T(t) = T_s + 10*exp(-k*t)",
    "dT/dt = -k*(T - T_s); T(0) = T_s": "T(t) = T_s",
    "dT/dt = -T_0*T": "T(t) = T_start*exp(-T_0*t)",
    "dlambda/dt = -S*lambda": "lambda(t) = lambda_0*exp(-S*t)",
    "dx/dt = F; F = c*(1 - x)": "x(t) = 1 + (x_0 - 1)*exp(-c*t)",
}


@pytest.mark.parametrize(("text", "printed"), PRINTED.items())
def test_a_formula_is_the_textbooks(text: str, printed: str) -> None:
    assert str(rl.solve_exactly(text)) == printed


@pytest.mark.parametrize(
    "rate",
    ["k*t*x", "x + sin(t)", "r*x*(1 - x)", "abs(x)", "floor(x)", "sign(x)", "if(x < 1, 1, 2)",
     "if(x, 1, 2)", "min(x, 1)", "sqrt(x)", "1/x", "x^n", "if(t < 1, 1, 2)*x"],
)  # fmt: skip
def test_another_equation_is_refused(rate: str) -> None:
    system = lower(rl.model(f"dx/dt = {rate}; x(0) = 1"))
    block = Block(system, system, Notation.of(system), Clock(9))
    assert SHELF["linear_scalar"].recognise(block) is None


# Rates from growth to decay, through zero, with everything that is next to zero.
SMALL = (0.0, 1e-320, 1e-300, 1e-17, 1e-9, 1e-8, 1e-6, 1e-4, 1e-2, 0.1, 0.3)
LARGE = (0.499999, 0.5, 0.500001, 1.0, 1.000001, 3.0, 10.0, 37.0, 100.0)
RATES = (*SMALL, *LARGE)
TIMES = (0.0, 1e-9, 0.03, 1.0, 5.0)


def reference(a: object, b: object, y0: object, t: object) -> dict[str, object]:
    """Return y and its derivatives by a, b, y0 and t with 60 digits.

    (exp(z) - 1)/z is the confluent hypergeometric function M(1, 2, z), its derivative M(2, 3, z)/2.
    """
    a, b, y0, t = map(mpmath.mpf, (a, b, y0, t))
    z = a * t
    y = y0 * mpmath.exp(z) + b * t * mpmath.hyp1f1(1, 2, z)
    by_a = y0 * t * mpmath.exp(z) + b * t**2 * mpmath.hyp1f1(2, 3, z) / 2
    by_b = t * mpmath.hyp1f1(1, 2, z)
    return {"y": y, "a": by_a, "b": by_b, "y0": mpmath.exp(z), "t": a * y + b}


def values(tape: Tape, point: dict[str, float]) -> dict[str, float]:
    """Return y and its derivatives by every input from a tape, on floats."""
    inputs = [point[name] for name in tape.inputs]
    slopes = {name: derivative(tape, name)(*inputs)[0] for name in tape.inputs}
    return {"y": tape(*inputs)[0], **slopes}


def assert_close(got: float, expected: object, what: object) -> None:
    assert abs(got - expected) <= 1e-12 * abs(expected) + 1e-300, what


@pytest.mark.parametrize("sign", [1, -1], ids=["decay", "growth"])
def test_where_the_rest_value_is_infinite_no_digit_is_lost(sign: int) -> None:
    tape = rl.solve_exactly("dv/dt = g - c*v").tape
    with mpmath.workdps(60):
        for c, t in itertools.product(RATES, TIMES):
            got = values(tape, {"t": t, "g": 9.81, "c": sign * c, "v(0)": 2.5})
            expected = reference(-sign * mpmath.mpf(c), 9.81, 2.5, t)
            assert_close(got["y"], expected["y"], (c, t))
            assert_close(got["c"], -expected["a"], (c, t, "by c"))
            assert_close(got["g"], expected["b"], (c, t, "by g"))
            assert_close(got["v(0)"], expected["y0"], (c, t, "by v(0)"))


@pytest.mark.parametrize("sign", [1, -1], ids=["decay", "growth"])
@pytest.mark.parametrize("start", [90.0, 1e-9, 0.0])
def test_where_the_rest_value_is_finite_no_digit_is_lost(start: float, sign: int) -> None:
    tape = rl.solve_exactly("dT/dt = -k*(T - T_s)").tape
    with mpmath.workdps(60):
        for k, t in itertools.product(RATES, TIMES):
            got = values(tape, {"t": t, "k": sign * k, "T_s": 21.0, "T(0)": start})
            z = -sign * mpmath.mpf(k) * t
            gap = mpmath.mpf(start) - 21
            if start == 90 or sign > 0:  # in growth from below the rest value there is a zero
                exact = start * mpmath.exp(z) - 21 * mpmath.expm1(z)
                assert_close(got["y"], exact, (k, t))
            assert_close(got["k"], -t * gap * mpmath.exp(z), (k, t, "by k"))
            assert_close(got["T_s"], -mpmath.expm1(z), (k, t, "by T_s"))
            assert_close(got["T(0)"], mpmath.exp(z), (k, t, "by T(0)"))


def test_a_vanishing_rate_is_its_limit_with_its_derivative() -> None:
    exact = rl.solve_exactly("dy/dt = b + a*y")
    point = dict.fromkeys(exact.tape.inputs, 0.0) | {"t": 3.0, "b": 2.0, "y(0)": 5.0}
    got = values(exact.tape, point)
    assert got["y"] == 5 + 2 * 3
    assert got["a"] == 5 * 3 + 2 * 3**2 / 2


@pytest.mark.parametrize("time", [1e3, 1e6, 1e12, 1e100])
def test_nothing_overflows_at_large_times(time: float) -> None:
    got = values(rl.solve_exactly("dv/dt = g - c*v").tape, {"t": time, "g": 3, "c": 2, "v(0)": 9})
    assert got["y"] == pytest.approx(1.5, rel=1e-15)
    assert got["g"] == pytest.approx(0.5, rel=1e-15)
    assert got["c"] == pytest.approx(-0.75, rel=1e-12)
    assert got["v(0)"] == 0


def test_a_sum_of_rates_that_cancels_is_a_limit_too() -> None:
    exact = rl.solve_exactly("dm/dt = a*(1 - m) - b*m")
    got = values(exact.tape, {"t": 2.0, "a": 0.25, "b": -0.25, "m(0)": 0.5})
    assert got["y"] == 0.5 + 0.25 * 2
    assert got["m(0)"] == 1


def function(of: object) -> Tape:
    builder = Builder(["z"])
    return builder.finish([of(*builder.inputs)])


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("size", [*RATES, 300.0, 700.0])
def test_confluent_functions_are_exact_to_rounding(size: float, sign: int) -> None:
    z = sign * size
    with mpmath.workdps(60):
        for of, exact, slope in (
            (growth, mpmath.expm1(z), mpmath.exp(z)),
            (relative_growth, mpmath.hyp1f1(1, 2, z), mpmath.hyp1f1(2, 3, z) / 2),
        ):
            tape = function(of)
            assert abs(tape(z)[0] - exact) <= 1e-15 * abs(exact)
            assert abs(derivative(tape, "z")(z)[0] - slope) <= 5e-15 * abs(slope)


@pytest.mark.parametrize("size", [1e-6, 0.3, 0.49, 0.51, 2.0])
def test_the_second_derivative_holds_too(size: float) -> None:
    second = derivative(derivative(function(relative_growth), "z"), "z")
    with mpmath.workdps(60):
        for z in (size, -size):
            exact = mpmath.hyp1f1(3, 4, z) / 3
            assert abs(second(z)[0] - exact) <= 1e-13 * abs(exact)
