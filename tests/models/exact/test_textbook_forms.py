"""Closed forms print as a textbook has them: the very text, or no more operations than it."""

import re
from math import cosh, exp

import pytest

import ratelaw as rl
from ratelaw.models.tape import Tape

SAME = {
    "dT/dt = -k*(T - T_s); T(0) = 90": "T(t) = T_s + (T_0 - T_s)*exp(-k*t)",
    "dN/dt = r*N*(1 - N/K); N(0) = 1": "N(t) = K*N_0/(N_0 + (K - N_0)*exp(-r*t))",
    "dA/dt = -k*A; A(0) = 1": "A(t) = A_0*exp(-k*t)",
    "dx/dt = v; x(0) = 0": "x(t) = x_0 + v*t",
    "dQ/dt = (V - Q/C)/R; Q(0) = 0": "Q(t) = V*C + (Q_0 - V*C)*exp(-t/(C*R))",
    "dA/dt = -k*A^2; A(0) = 1": "A(t) = A_0/(k*A_0*t + 1)",
    "dv/dt = g - c*v^2; v(0) = 0; g = 9.81 in [0.1, 20]; c = 0.1 in [0.01, 1]": (
        "v(t) = (sqrt(g*c)*v_0 + g*tanh(sqrt(g*c)*t))/(sqrt(g*c) + c*v_0*tanh(sqrt(g*c)*t))"
    ),
    "dV/dt = a*V*log(K/V); V(0) = 1": "V(t) = K*exp(-log(K/V_0)*exp(-a*t))",
}

# Textbook answers in the language of models; as many operations are allowed.
AS_SHORT = {
    "dN/dt = (p + q*N/m)*(m - N); N(0) = 0": (
        "(m*(p*m + q*N) - p*m*(m - N)*exp(-(p + q)*t))/(p*m + q*N + q*(m - N)*exp(-(p + q)*t))"
    ),
    "dI/dt = beta*I*(N - I)/N - gamma*I; I(0) = 1": (
        "(beta - gamma)*N*I/(beta*I + ((beta - gamma)*N - beta*I)*exp(-(beta - gamma)*t))"
    ),
    "dA/dt = -k*A; dB/dt = k*A - q*B; A(0) = 1; B(0) = 0": (
        "k*A/(q - k)*exp(-k*t) + (B - k*A/(q - k))*exp(-q*t)"
    ),
    "dk/dt = s*k^alpha - n*k; k(0) = 1": (
        "k/(s*k^(alpha - 1)/n + (1 - s*k^(alpha - 1)/n)*exp((alpha - 1)*n*t))^(1/(alpha - 1))"
    ),
    "dx/dt = -k*x + F*cos(w*t); x(0) = 0": (
        "F*(k*cos(w*t) + w*sin(w*t))/(k^2 + w^2) + (x - k*F/(k^2 + w^2))*exp(-k*t)"
    ),
    "dv/dt = g - b/m*v; v(0) = 0": "m*g/b + (v - m*g/b)*exp(-b*t/m)",
    "dx/dt = k*(a - x)*(b - x); x(0) = 0": (
        "(b*(a - x) - a*(b - x)*exp(-(a - b)*k*t))/(a - x - (b - x)*exp(-(a - b)*k*t))"
    ),
}


def operations(tape: Tape) -> int:
    """Return how many operations are written, shared ones as often as they are."""
    counts: list[int] = []
    for node in tape.nodes:
        own = 0 if node.op in ("input", "const") else 1
        counts.append(own + sum(counts[a] for a in node.args))
    return counts[tape.outputs[-1]]


@pytest.mark.parametrize(("text", "printed"), SAME.items())
def test_a_solution_prints_as_in_a_textbook(text: str, printed: str) -> None:
    assert str(rl.solve_exactly(text)) == printed


@pytest.mark.parametrize(("text", "answer"), AS_SHORT.items())
def test_a_solution_is_no_longer_than_in_a_textbook(text: str, answer: str) -> None:
    found = rl.solve_exactly(text).formula
    wanted = rl.model(f"dz/dt = {answer}; z(0) = 0").states[0].rate
    assert operations(found) <= operations(wanted), str(rl.solve_exactly(text))


# How long an answer is

# Operations and functions in the printed solution, as a textbook's has or few more.
OPERATIONS = {
    "cooling": 6, "damped_oscillator": 41, "gompertz": 9, "hiv": 50, "logistic": 8,
    "oral_dose": 23, "solow": 24, "two_body_cooling": 41,
}  # fmt: skip


def printed_operations(text: str) -> int:
    """Return how many operations and functions stand on the right sides of equations."""
    sides = (line.partition(" = ")[2] for line in text.splitlines())
    return sum(len(re.findall(r"[-+*/^]|\w(?=\()", side)) for side in sides)


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_solution_of_a_model_of_the_library_is_no_longer_than_it_was(name: str) -> None:
    printed = str(rl.solve_exactly(getattr(rl.library, name), budget=20))
    assert 0 < printed_operations(printed) <= OPERATIONS[name]


def test_a_long_root_that_is_written_often_gets_a_letter() -> None:
    exact = rl.solve_exactly("dy/dt = a*y^2 + b*y + c", budget=20)
    first, *letters = str(exact).splitlines()
    assert first.count("sqrt") == 0
    assert letters == ["w = sqrt(b^2 - 4*a*c)", "q = sqrt(4*a*c - b^2)"]
    assert exact.formula.inputs == ("t", "a", "b", "c", "y(0)")


def test_the_letter_of_a_root_is_none_of_the_models() -> None:
    exact = rl.solve_exactly("dq/dt = a*q^2 + w*q + c", budget=20)
    assert str(exact).splitlines()[1:] == ["w_1 = sqrt(w^2 - 4*a*c)", "w_2 = sqrt(4*a*c - w^2)"]


def test_a_short_root_is_written_out() -> None:
    assert "sqrt" in str(rl.solve_exactly("dv/dt = g - k*v^2", budget=20)).splitlines()[0]


GROWING = {
    "K*(1 + t)": "exp(r*t)/(1/N_0 + r*exp(-r)/K*(expi(r*(1 + t)) - expi(r)))",
    "K*exp(b*t)": "1/(r/(K*(r - b))*exp(-b*t) + (1/N_0 - r/(K*(r - b)))*exp(-r*t))",
}


@pytest.mark.parametrize("capacity", GROWING)
def test_a_logistic_law_with_a_growing_capacity_is_explicit(capacity: str) -> None:
    exact = rl.solve_exactly(f"dN/dt = r*N*(1 - N/({capacity}))", budget=20)
    assert str(exact) == f"N(t) = {GROWING[capacity]}"


def test_the_size_follows_a_capacity_that_grows_for_long_and_where_rates_are_equal() -> None:
    exact = rl.solve_exactly("dN/dt = r*N*(1 - N/(K*exp(b*t)))", budget=20)
    values = {"r": 40.0, "K": 3.0, "N(0)": 0.5}
    equal = exact(4.0, {**values, "b": 40.0})["N"]
    assert equal == pytest.approx(exp(160) / (2 + 160 / 3), rel=1e-12)
    late = exact(50.0, {**values, "b": 0.1})["N"]  # its own exponential would be exp(2000)
    assert late == pytest.approx(3 * exp(5) * 39.9 / 40, rel=1e-12)


def test_where_an_exponential_divides_no_end_is_told() -> None:
    assert "exp" not in rl.solve_exactly("dx/dt = -x^2/exp(b*t)", budget=20).certificate.domain


def test_a_capacitor_switched_off_is_written_out_however_long_one_waits() -> None:
    exact = rl.solve_exactly("dV/dt = (if(t < T, E, 0) - V)/(R*C)", budget=20)
    switched = "if(t < T, 0, E*(exp(-(t - T)/(R*C)) - 1))"
    assert str(exact) == f"V(t) = E + (V_0 - E)*exp(-t/(R*C)) + {switched}"
    waited = exact(400.0, {"T": 0.02, "E": 1.5, "R": 0.005, "C": 0.002, "V(0)": 0.1})
    assert waited["V"] == 0.0


def test_a_constant_that_is_a_sum_does_not_hide_lamberts_function() -> None:
    exact = rl.solve_exactly("dS/dt = -V*S/(K*(1 + I/Ki) + S)", budget=20)  # an enzyme inhibited
    argument = "Ki*S_0/(K*(I + Ki))*exp(Ki/(K*(I + Ki))*(S_0 - V*t))"
    assert str(exact) == f"S(t) = K*(I + Ki)/Ki*lambertw({argument})"


def test_a_hanging_chain_is_a_hyperbolic_cosine() -> None:
    exact = rl.solve_exactly("y'' = sqrt(1 + y'^2)/a", budget=20)
    root = "sqrt(y'_0^2 + 1)"
    whole = f"y(t) = a*{root}*cosh(t/a) + a*y'_0*sinh(t/a) + y_0 - a*{root}"
    assert str(exact) == whole
    flat = exact(3.0, {"a": 2.0, "y(0)": 2.0, "y'(0)": 0.0})["y"]
    assert flat == pytest.approx(2 * cosh(1.5), rel=1e-14)


def test_exponentials_that_make_no_shorter_cosh_stay_as_they_are() -> None:
    exact = rl.solve_exactly("dy/dt = a*exp(k*t) + b*exp(-k*t)", budget=20)
    assert "cosh" not in str(exact)
