"""Derivations of nonlinear equations: every step has claims, and a wrong formula fails them."""

from dataclasses import replace
from functools import cache

import pytest

import ratelaw as rl
from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.exact.budget.clock import Clock
from ratelaw.models.exact.derivation import Claim, Step
from ratelaw.models.exact.first_order.stages import Writer
from ratelaw.models.exact.proof.certificate import checked, in_words
from ratelaw.models.exact.solve import ClosedForm, solve_exactly
from ratelaw.models.lower import lower
from ratelaw.models.notation import Notation
from ratelaw.models.symbolic.algebra import Scalar
from ratelaw.models.symbolic.first_integral import found, separated
from ratelaw.models.tape import Builder, Tape

# One equation of each class, and how its derivation begins.
CLASSES = {
    "logistic growth": ("dx/dt = r*x*(1 - x/K); x(0) = 1; r = 1; K = 2",
                        "The rate is x times a linear function of x: logistic growth"),
    "power law": ("dh/dt = -k*sqrt(h); h(0) = 2; k = 0.1",
                  "The rate is a power of the state: the variables separate"),
    "Bernoulli, constant": ("dm/dt = a*m^(2/3) - b*m; m(0) = 1; a = 2; b = 3",
                            "This is Bernoulli's equation, with the power 2/3"),
    "Bernoulli": ("dy/dt = y/(t + 1) + t*y^3; y(0) = 1",
                  "This is Bernoulli's equation, with the power 3"),
    "quadratic drag": ("dv/dt = g - k*v^2; v(0) = 0; g = 9.81; k = 0.1",
                       "The rate is quadratic in the state"),
    "Riccati, constant": ("dy/dt = a*y^2 + b*y + c; y(0) = 1; a = 1; b = 1; c = 1",
                          "This is Riccati's equation with constant coefficients"),
    "Riccati": ("dy/dt = y^2 - exp(t)*y + exp(t); y(0) = 2",
                "This is Riccati's equation, quadratic in the state"),
    "Gompertz": ("dN/dt = a*N*log(K/N); N(0) = 1; a = 1; K = 10",
                 "The rate depends on N alone: the variables separate"),
    "Michaelis-Menten": ("dS/dt = -V*S/(K + S); S(0) = 2; V = 1; K = 1",
                         "The rate depends on S alone: the variables separate"),
    "line": ("dy/dt = (t + y)^2; y(0) = 0",
             "The rate depends on one combination of t and y alone"),
    "exact": ("dy/dt = -(2*t*y + 1)/(t^2 + 2*y); y(0) = 1",
              "Write the equation as a differential, which is exact"),
    "Airy": ("y'' = t*y; y(0) = a; y'(0) = b; a = 1; b = 2",
             "A linear equation of second order, with coefficients that vary"),
    "Gaussian": ("dy/dt = -a*t*y + b; y(0) = 1; a = 1; b = 2",
                 "The rate is linear in the state, with coefficients linear in time"),
    "Riccati, Airy": ("dy/dt = t - y^2; y(0) = 1",
                      "This is Riccati's equation, quadratic in the state"),
    "Duffing": ("x'' = -a*x - b*x^3; x(0) = 1; x'(0) = 0; a = 1; b = 1",
                "The force depends on the state alone"),
    "inverse cube": ("x'' = k/x^3; x(0) = 2; x'(0) = 1; k = 1",
                     "The force depends on the state alone"),
    "conserved total": ("dA/dt = -k*A*B; dB/dt = -k*A*B; A(0) = 2; B(0) = 1; k = 1",
                        "A total does not change, since the rates in it add up to zero"),
}  # fmt: skip


@cache
def solved(name: str) -> ClosedForm:
    """Return the closed form of an example."""
    return solve_exactly(CLASSES[name][0], budget=20)


def moved(tape: Tape) -> Tape:
    """Return a formula that is a little wrong."""
    builder = Builder(tape.inputs)
    return builder.finish(v * 1.001 + 0.001 for v in builder.inline(tape, builder.inputs))


def corrupted(step: Step, claim: Claim) -> Step:
    """Return a step one claim of which has a wrong right side."""
    return replace(step, claims=(Claim(claim.left, moved(claim.right)),))


@pytest.mark.parametrize("name", CLASSES)
def test_a_derivation_begins_by_saying_what_the_equation_is(name: str) -> None:
    assert solved(name).derivation[0].words == CLASSES[name][1]


@pytest.mark.parametrize("name", CLASSES)
def test_a_derivation_has_the_steps_of_a_textbook_each_checked(name: str) -> None:
    derivation = solved(name).derivation
    assert len(derivation) >= 4
    assert derivation.checked


@pytest.mark.parametrize("name", CLASSES)
def test_a_wrong_formula_in_any_step_is_found(name: str) -> None:
    for step in solved(name).derivation:
        for claim in step.claims:
            with pytest.raises(NoClosedFormError, match="does not hold"):
                list(checked([corrupted(step, claim)]))


def test_the_stages_of_one_equation_do_not_hold_for_another() -> None:
    system = lower(rl.model("dN/dt = a*N*log(K/N); N(0) = 1; a = 1; K = 10"))
    equation = Scalar(system, Clock(20.0))
    (integral,) = found(separated, equation.rate)
    equation.system = replace(system, vector_field=moved(system.vector_field))
    recognised, apart, *_ = Writer(equation, Notation.of(system)).steps(integral.stages)
    for step in (recognised, apart):
        with pytest.raises(NoClosedFormError, match="does not hold"):
            list(checked([step]))


def test_where_a_named_riccati_solution_ends_is_told_in_letters_that_are_printed() -> None:
    domain = solved("Riccati, Airy").certificate.domain
    assert domain.startswith("valid until ")
    assert "airyai" in domain
    assert "u" not in domain.removeprefix("valid until ")


def test_valid_for_all_times_is_left_out_beside_where_a_solution_ends() -> None:
    ends = "valid until 1 - t = 0, if it is passed"
    assert in_words(["valid for all t", ends]) == ends


def test_valid_for_all_times_stays_beside_a_limit() -> None:
    phrases = ["valid for all t", "where c = 0 it is the limit v_0 + g*t"]
    assert in_words(phrases) == "; ".join(phrases)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("dy/dt = 3 - 2*y; y(0) = 1", ["y = 3/2", "u_0 = y_0 - 3/2"]),
        ("dp/dt = 0.5*p - 450; p(0) = 850", ["dp/dt = 0.5*p - 450", "log(u/u_0) = t/2"]),
        ("dy/dt = (4*t - t^3)/(4 + y^3); y(0) = 1", ["4*y + y^4/4 = 2*t^2 - t^4/4 + C"]),
        ("dy/dt = -2*y/t + 4*t; y(1) = 2", ["y(t) = t^2 + (y_0 - 1)/t^2"]),
        ("dy/dt = (2*t + 1)/(2*(y - 1)); y(0) = 3",
         ["2*(y - 1) dy = (2*t + 1) dt", "y^2 - 2*y = t + t^2 + C"]),
        ("dC/dt = -k*C; C(0) = D/V; D = 1; V = 2; k = 1", ["log(C*V/D) = -k*t"]),
        ("dy/dt = 2*y + 4 - t; y(0) = 1", ["y_p(t) = t/2 - 7/4"]),
    ],
)  # fmt: skip
def test_numbers_are_fractions_and_the_given_rate_stays_as_it_was_given(text, steps):
    shown = [step.shown.text for step in rl.solve_exactly(text).derivation]
    assert set(steps) <= set(shown)


def test_a_rate_of_time_alone_is_integrated():
    derivation = rl.solve_exactly("y'' = -g; y(0) = 2; y'(0) = 5; g = 9.81").derivation
    assert [step.words for step in derivation][2:] == [
        "The rate of change of y does not depend on y", "Integrate from t = 0",
    ]  # fmt: skip
    assert all(step.checked for step in derivation)


def test_where_an_oscillation_changes_its_kind_is_mathematics_in_latex_too():
    latex = rl.solve_exactly("x'' = -k/m*x; x(0) = 1; x'(0) = 0; k = 1; m = 1").latex
    assert r"\text{where } \frac{k}{m} < 0" in latex
    assert latex.count("&=") == 4


def test_an_angle_that_leaves_rest_grows_by_an_exponential():
    exact = rl.solve_exactly("dx/dt = sin(x); x(0) = 1")
    assert str(exact).endswith("2*atan(tan(x_0/2)*exp(t))")
