"""Every solvable class tells its way: steps that are checked, and LaTeX that can be set."""

import re
from functools import cache

import pytest
from matplotlib.mathtext import MathTextParser

import ratelaw as rl
from ratelaw.models.closed_form import SHELF
from ratelaw.models.exact.solve import ClosedForm, solve_exactly
from ratelaw.models.hybrid import SHELF as HYBRID

CLASSES = {**SHELF, **HYBRID}

# One example of each class, by the name of its file.
EXAMPLES = {
    "another_variable": "dy/dt = y^3/t + y^2; y(1) = 1",
    "bernoulli": "dy/dt = y/(t + 1) + t*y^3; y(0) = 1",
    "bernoulli_constant": "dm/dt = a*m^(2/3) - b*m; m(0) = 1; a = 2; b = 3",
    "bernoulli_linear": "dN/dt = r*N*(1 - N/(K*exp(b*t))); N(0) = 1; r = 1; K = 2; b = 0.1",
    "bernoulli_quadrature": "dy/dt = r*y*(1 - y/(K*(1 + a*sin(w*t)))); y(0) = y0;"
    "r = 1; K = 10; a = 0.2; w = 2; y0 = 4",
    "bouncing": "h'' = -g; h(0) = 10; h'(0) = 0; g = 9.81; e = 0.8\nwhen h < 0: h' = -e*h'",
    "central_inverse_square": "x'' = -m*x/(x^2 + y^2)^1.5; y'' = -m*y/(x^2 + y^2)^1.5;"
    "x(0) = 1; x'(0) = 0; y(0) = 0; y'(0) = 1; m = 1",
    "centred_powers": "dy/dt = y^3 - 3*t*y^2 + (3*t^2 - 1/t)*y - t^3 + 2; y(1) = 1.4",
    "common_factor": "dx/dt = x*(1 - x - y); dy/dt = y*(1 - x - y); x(0) = 0.1; y(0) = 0.2",
    "conserved_totals": "dA/dt = -k*A*B; dB/dt = -k*A*B; A(0) = 2; B(0) = 1; k = 1",
    "coupled_pairs": "x'' = t*y; y'' = t*x; x(0) = 1; x'(0) = 0; y(0) = 0; y'(0) = 1",
    "damping_removed": "y'' = -3*a*y' - 2*a^2*y - y^3; y(0) = 0.5; y'(0) = 0.4; a = 0.4",
    "distance_by_sides": "y'' = -g - k*y'*abs(y'); y(0) = 1; y'(0) = 12; g = 9.8; k = 0.1",
    "distance_of_state": "dy/dt = t*(y - t^2)^3 + 2*t; y(1) = 1.5",
    "distance_under_drag": "x'' = g - k*x'^2; x(0) = 1; x'(0) = 3; g = 9.8; k = 0.1",
    "dry_friction": "x'' = -k*x - r*sign(x'); x(0) = 2; x'(0) = 0; k = 2; r = 0.3",
    "duffing": "x'' = -a*x - b*x^3; x(0) = 1; x'(0) = 0; a = 1; b = 1",
    "emden_fowler": "y'' = -2*y'/t - y^5; y(1) = (3*c)^0.25/sqrt(1 + c);"
    "y'(1) = -c*(3*c)^0.25/(1 + c)^1.5; c = 1",
    "energy_integral": "x'' = 1 - exp(x) - x; x(0) = 0.3; x'(0) = 0.1",
    "ermakov": "y'' = -y/(4*t^2) + 1/y^3; y(1) = 1; y'(1) = 0.3",
    "exact_equation": "dy/dt = -(2*t*y + 1)/(t^2 + 2*y); y(0) = 1",
    "free_rotation": "x' = y*z; y' = -x*z; z' = -0.36*x*y; x(0) = 0.1; y(0) = 1; z(0) = 1",
    "function_of_state": "dy/dt = 1 - t*sin(2*y); y(0) = 0.5",
    "half_angle": "dx/dt = w - k*sin(x); x(0) = 0.5; w = 1; k = 2",
    "homogeneous_orbit": "x' = x*y; y' = y^2 - x^2; x(0) = 0.5; y(0) = 0.2",
    "homogeneous_pair": "x' = x*y/(x + y); y' = y*(2*x + y)/(x + y); x(0) = 0.5; y(0) = 0.2",
    "inverse_cube": "x'' = k/x^3; x(0) = 2; x'(0) = 1; k = 1",
    "inverse_square": "r'' = -k/r^2; r(0) = 2; r'(0) = 0; k = 1",
    "known_total": "dS/dt = -b*S*I; dI/dt = b*S*I - g*I; dR/dt = g*I; S(0) = 0.9; I(0) = 0.1;"
    "R(0) = 0; b = 2; g = 0.5",
    "linear_common_growth": "dx/dt = cos(t)*x + 2*t*y; dy/dt = -2*t*x + cos(t)*y;"
    "x(0) = 1; y(0) = 0",
    "linear_common_vectors": "dx/dt = x + y + t*z; dy/dt = x + t*y + z; dz/dt = t*x + y + z;"
    "x(0) = 1; y(0) = 2; z(0) = 4",
    "linear_duhamel": "x'' = -w^2*x + exp(-t^2); x(0) = 1; x'(0) = 0; w = 2",
    "linear_first_integral": "y'' = y*y'; y(0) = 1; y'(0) = 0.4",
    "linear_eliminated": "x' = 2*t*x + y; y' = (t - 1)*x - 2*t*y; x(0) = 1; y(0) = 0.5",
    "linear_filling": "dQ/dt = r*c - q*Q/(V + (r - q)*t); Q(0) = 1; r = 3; q = 2; c = 1; V = 5",
    "linear_chain": "da/dt = -k*a; db/dt = k*a - m*b; dc/dt = m*b - n*c; dd/dt = n*c;"
    "a(0) = 1; b(0) = 0; c(0) = 0; d(0) = 0; k = 1; m = 2; n = 3",
    "linear_forced": "di/dt = (V*sin(w*t) - R*i)/L; i(0) = 0.1; V = 1; w = 2; R = 1; L = 2",
    "linear_gaussian": "dy/dt = -a*t*y + b; y(0) = 1; a = 1; b = 2",
    "linear_line": "da/dt = D*(b - 2*a); db/dt = D*(a - 2*b + c); dc/dt = D*(b - 2*c + d);"
    "dd/dt = D*(c - 2*d) + 1; a(0) = 1; b(0) = 0; c(0) = 0; d(0) = 0; D = 1",
    "linear_named": "y'' = t*y; y(0) = a; y'(0) = b; a = 1; b = 2",
    "linear_pair": "x'' = -2*g*x' - w^2*x; x(0) = 1; x'(0) = 0; g = 0.1; w = 1",
    "linear_rescaled": "y'' = (y - 2*t*y')/t^2; y(1) = 1; y'(1) = 2",
    "linear_scalar": "dT/dt = -k*(T - T_s); T(0) = 90; k = 0.1; T_s = 20",
    "linear_second_order": "x'' = ((t^2 - 2)*x' - (2*t - 2)*x)/(t^2 - 2*t); x(1) = 1; x'(1) = 2",
    "linear_shifted": "y'' = -y'/t + y - a; y(1) = 2; y'(1) = 0.5; a = 0.5",
    "linear_system": "dx/dt = -2*x + y; dy/dt = x - 2*y + z; dz/dt = y - 2*z;"
    "x(0) = 1; y(0) = 0; z(0) = 0",
    "linear_varying": "dx/dt = -k*exp(-a*t)*x; x(0) = 1; k = 1; a = 1",
    "morse": "x'' = -2*D*(exp(-x) - exp(-2*x)); x(0) = 0.3; x'(0) = 0; D = 1",
    "orbit": "dS/dt = -b*S*I; dI/dt = b*S*I - g*I; S(0) = 0.9; I(0) = 0.1; b = 2; g = 0.5",
    "own_combination": "x' = x^2 + y^2; y' = 2*x*y; x(0) = 0.3; y(0) = 0.2",
    "pendulum": "x'' = -w^2*sin(x); x(0) = 1; x'(0) = 0; w = 2",
    "predator_prey": "dx/dt = x*(a - b*y); dy/dt = y*(d*x - c); x(0) = 2; y(0) = 1;"
    "a = 1; b = 1; c = 1; d = 1",
    "projective": "x' = 0.5*x + 0.2*y - x*(b*x + c*y); y' = 0.1*x + 0.3*y - y*(b*x + c*y);"
    "x(0) = 0.2; y(0) = 0.3; b = 0.4; c = 0.3",
    "relative_rate": "y'' = y'^2/y + y'; y(0) = 1; y'(0) = 0.4",
    "relaxing_total": "dS/dt = D*(S_in - S) - m*S*X/Y; dX/dt = m*S*X - D*X;"
    "S(0) = 2; X(0) = 0.5; D = 0.3; S_in = 5; m = 0.4; Y = 0.5",
    "riccati": "dy/dt = y^2 - exp(t)*y + exp(t); y(0) = 2",
    "riccati_chain": "y'' = -3*y*y' - y^3; y(0) = 1; y'(0) = 0.4",
    "riccati_constant": "dv/dt = g - k*v^2; v(0) = 0; g = 9.81; k = 0.1",
    "riccati_named": "dy/dt = t - y^2; y(0) = 1",
    "riccati_varying": "dy/dt = y^2/(t + 1)^3 + 3*y/(t + 1) + t + 1; y(0) = 2",
    "scale_symmetry": "y'' = y*y'/t; y(1) = 1; y'(1) = 0.4",
    "separable_quadrature": "dy/dt = a*y^3 + b*t^-1.5; y(1) = 0.5; a = 0.7; b = 0.4",
    "root_of_powers": "da/dt = sqrt(M/a + L*a^2); a(0) = 0.1; M = 0.3; L = 0.7",
    "separable": "dN/dt = a*N*log(K/N); N(0) = 1; a = 1; K = 10",
    "shared_limit": "x' = x*(a - x - y); y' = y*(b - x - y); x(0) = 1; y(0) = 2; a = 1; b = 2",
    "state_restated": "y'' = (t - y'^2)/y; y(1) = 1; y'(1) = 0.4",
    "sides_of_state": "dv/dt = -g - k*v*abs(v); v(0) = 5; g = 9.8; k = 0.1",
    "straight_lines": "dy/dt = -t/2 + sqrt(t^2/4 + y); y(0) = 2",
    "time_factor": "x' = cos(t)*y; y' = -cos(t)*y*x; x(0) = 1; y(0) = 0.3",
    "substitution": "dy/dt = (t + y)^2; y(0) = 0",
    "thresholds": "dV/dt = (E - V)/tau; V(0) = 0; E = 3; tau = 2; c = 1\nwhen V > c: V = 0",
    "two_springs": "x'' = -k*x - if(x > 0, r*x, 0); x(0) = 1; x'(0) = 0.2; k = 1; r = 3",
}


@cache
def solved(name: str) -> tuple[ClosedForm, bool]:
    """Return the closed form of an example, and whether its class recognised it."""
    kind, seen = type(CLASSES[name]), list[object]()
    recognise = kind.recognise

    def watched(self: object, *given: object) -> object:
        seen.append(found := recognise(self, *given))
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kind, "recognise", watched)
        exact = solve_exactly(EXAMPLES[name], budget=30)
    return exact, any(found is not None for found in seen)


def test_every_class_has_an_example() -> None:
    assert set(EXAMPLES) == set(CLASSES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_class_recognises_its_example(name: str) -> None:
    assert solved(name)[1]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_way_has_three_steps_at_least_and_each_is_checked(name: str) -> None:
    derivation = solved(name)[0].derivation
    assert len(derivation) >= 3
    assert [step.words for step in derivation if not step.checked] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_step_can_be_set(name: str) -> None:
    parser = MathTextParser("path")
    for step in solved(name)[0].derivation:
        assert step.latex.count("{") == step.latex.count("}")
        for line in lines(step.latex):
            parser.parse(f"${line}$")


def lines(latex: str) -> list[str]:
    """Return what stands in matrices and distinctions apart, and the rest: mathtext has none."""
    found: list[str] = []
    while match := re.search(r"\\begin\{(\w+)\}((?:(?!\\begin).)*?)\\end\{\1\}", latex):
        found += [cell for row in match[2].split(r"\\") for cell in row.split("&") if cell.strip()]
        latex = latex.replace(match[0], "x")
    return [*found, latex]


def test_a_rate_that_is_constant_is_integrated_in_two_steps() -> None:
    derivation = rl.solve_exactly("dT/dt = -k; T(0) = 1; k = 1").derivation
    assert len(derivation) == 2
    assert derivation.checked
