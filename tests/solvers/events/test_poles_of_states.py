"""A divisor that states drive to zero ends a trajectory there; one that is no pole is passed."""

import numpy as np
import pytest
from paths import methods

import ratelaw as rl
from ratelaw.models.errors import SolveError
from ratelaw.models.library import LIBRARY
from ratelaw.models.lower import lower
from ratelaw.models.structure.divisors import divides
from ratelaw.models.tape.writing.expression import to_text
from ratelaw.solvers.divisors import watched
from ratelaw.solvers.fit.comparison import Comparison
from ratelaw.solvers.fit.experiment import Experiment
from ratelaw.solvers.fit.losses import SHELF as LOSSES
from ratelaw.solvers.fit.objective import Objective
from ratelaw.solvers.fit.parameters import ParameterSpace
from ratelaw.solvers.prepared import prepare
from ratelaw.solvers.problem import initial_value_problem

METHODS = [
    "lanes:taylor12", "lanes:dop853", "lanes:tsit5", "lanes:radau9", "lanes:rodas4",
    "reference:tsit5", "reference:radau5", "scipy:LSODA", "scipy:Radau", "torchdiffeq:dopri5",
]  # fmt: skip
WAYS = [m for m in METHODS if m in methods()]
C, WAVE = "c' = c; c(0) = 1; ", "c' = s; s' = -c; c(0) = 0; s(0) = 1; "
RING = "; ".join(f"u{i}' = u{(i + 1) % 12} - u{i}; u{i}(0) = {i / 7}" for i in range(12))
LINE = C + "x' = -x*c/(2 - c) + 1; x(0) = 1"
# What is divided by, where it is zero on the way to 1.5, and when.
POLES = {
    "a line": (LINE, "2 - c", np.log(2)),
    "one next to nothing": (C + "x' = -1e-9*x/(2 - c) + 1; x(0) = 1", "2 - c", np.log(2)),
    "one of two factors": (
        C + "d' = 1.5*d; d(0) = 1; x' = -x/((2 - c)*(3 - d)) + 1; x(0) = 1", "2 - c", np.log(2)
    ),
    "a size": (C + "x' = -0.01*x/sqrt((2 - c)^2) + 1; x(0) = 1", "2 - c", np.log(2)),
    "a power": (C + "x' = -0.01*x*(2 - c)^(-1) + 1; x(0) = 1", "2 - c", np.log(2)),
    "a tangent": (C + "x' = -0.01*x*tan(c) + 1; x(0) = 1", "cos(c)", np.log(np.pi / 2)),
    "a second zero": (C + "x' = -0.01*x*c/sin(c) + 1; x(0) = 1", "sin(c)", np.log(np.pi)),
    "its own": ("x' = 1/(1 - x); x(0) = 0", "1 - x", 0.5),
    "one crossed twice in a step": (
        WAVE + "x' = -1e-4*x/(0.99 - c) + 1; x(0) = 1", "0.99 - c", np.arcsin(0.99)
    ),
    "one of many states": (f"{LINE}; {RING}", "2 - c", np.log(2)),
}  # fmt: skip
# What goes on, how far, and where x is by then, by scipy's quadrature or DOP853 at 1e-12.
NO_POLES = {
    "a wave over its angle": ("x' = y; y' = -sin(x)/x; x(0) = 1; y(0) = 0", 3, -2.98214148),
    "the first zero of both": (
        "x' = -0.01*x*c/sin(c) + 1; x(0) = 1; c' = 1.5*cos(c/2); c(0) = -1", 2.5, 3.41864327
    ),
    "a rate that gates a current": (
        "x' = 0.1*(x + 40)/(1 - exp(-(x + 40)/10)) + 10; x(0) = -60", 3, -27.3522106
    ),
    "nothing over it": (C + "x' = x*c/(2 - c); x(0) = 0", 1.5, 0.0),
    "a root": (C + "x' = 1/sqrt(abs(2 - c)); x(0) = 0", 1.5, 2.43331769),
    "one that is nearly met": (
        WAVE + "x' = -1e-4*x/(1.001 - c) + 1; x(0) = 1", 3, 3.96470257
    ),
    "a sum that stays above zero": (
        "x' = N*x/(N + x) - 2*x; N' = -N*x/(N + x); x(0) = 1; N(0) = 1e-3", 30, 0.0
    ),
    "one chosen until before": (
        C + "x' = if(z > 0, 1/(2 - c), 1); z' = -2; z(0) = 1; x(0) = 1", 1.5, 2.77308764
    ),
}  # fmt: skip
CHOSEN = ("a root", "one chosen until before")  # what has conditions in it


@pytest.mark.parametrize("given", POLES.values(), ids=POLES.keys())
@pytest.mark.parametrize("method", WAYS)
def test_no_step_passes_a_pole(method, given):
    text, divisor, time = given
    with pytest.raises(SolveError) as stop:
        rl.solve(rl.model(text), 1.5, method=method)
    said = str(stop.value)
    reached = float(said.partition("reached t = ")[2].partition(" of")[0])
    # What a multistep method follows has errors of its own.
    assert reached == pytest.approx(time, rel=2e-5)
    assert "no step is small enough" in said
    assert f"({divisor} passes zero there, by which the rate of x is divided)" in said


@pytest.mark.parametrize("name", NO_POLES)
@pytest.mark.parametrize("method", WAYS)
def test_what_is_no_pole_is_passed(method, name):
    text, end, last = NO_POLES[name]
    if name in CHOSEN and "taylor" in method:
        pytest.skip("a series follows no conditions")
    sol = rl.solve(rl.model(text), end, method=method)
    assert sol.y[sol.states.index("x"), -1] == pytest.approx(last, rel=1e-4, abs=1e-7)


def test_backward_in_time_a_pole_ends_it_too():
    with pytest.raises(SolveError, match=r"t = -0\.6931\d* of -2.*\(0\.5 - c passes zero"):
        rl.solve(rl.model(LINE.replace("2 - c", "0.5 - c")), -2)


@pytest.mark.parametrize("method", WAYS)
def test_a_member_before_its_pole_is_not_spoiled_by_one_beyond(method):
    many = rl.model("c' = k*c; c(0) = 1; x' = -x*c/(2 - c) + 1; x(0) = 1; k = 1")
    sol = rl.solve(many(k=[1.0, 0.1, 2.0]), 1.5, method=method)
    alone = rl.solve(many(k=0.1), 1.5, method=method)
    assert np.isnan(sol.y[:, [0, 2], -1]).all()
    assert sol.y[:, 1, -1] == pytest.approx(alone.y[:, -1], rel=1e-4)
    assert sol.outcome["step_too_small"] == 2


@pytest.mark.parametrize("method", WAYS)
def test_a_member_that_the_divisor_does_nothing_to_goes_on(method):
    sol = rl.solve(rl.model(LINE.replace("-x*", "-k*x*") + "; k = 0")(k=[0.0, 1.0]), 1.5,
                   method=method)  # fmt: skip
    assert sol.y[sol.states.index("x"), 0, -1] == pytest.approx(2.5, rel=1e-6)
    assert np.isnan(sol.y[:, 1, -1]).all()


@pytest.mark.parametrize("method", ["lanes:tsit5", "lanes:radau9", "reference:tsit5"])
def test_sensitivities_end_there_too(method):
    text = LINE.replace("(2 - c)", "(a - c)") + "; a = 2"
    with pytest.raises(SolveError, match=r"t = 0\.69314\d of 1\.5.*a - c passes zero"):
        rl.solve(rl.model(text), 1.5, method=method, sensitivities=["a", "x(0)"])


def test_an_event_before_it_ends_a_trajectory_as_it_is_meant():
    sol = rl.solve(rl.model(LINE + "; stop when c > 1.9"), 1.5)
    assert sol.outcome["stopped"] == 1
    with pytest.raises(SolveError, match=r"t = 0\.693147 of 1\.5.*2 - c passes zero"):
        rl.solve(rl.model(LINE + "; when t > 0.3: x = 2"), 1.5)


def test_what_a_program_was_prepared_for_is_told_of_other_signs():
    run = prepare(
        rl.model("S' = -S; x' = -1e-9*x/(Km + S); S(0) = 2; x(0) = 1; Km = 1"),
        0.5,
        method="lanes:tsit5",
    )
    values = run.p.copy()
    values[list(run.parameters).index("Km")] = -1.5
    assert np.isfinite(run()).all()
    with pytest.raises(SolveError, match=r"Km \+ S passes zero"):
        run(values)


def misfit(text, **free):
    model = rl.model(text)
    space = ParameterSpace.of(model, free)
    experiment = Experiment.of({"time": [0.5, 1.0], "S": [1.0, 0.5]}, model)
    comparison = Comparison(model, experiment, LOSSES["normal"], space.names, method="lanes:tsit5")
    return Objective(space, (comparison,))


@pytest.mark.parametrize("count", [0, 60])
def test_a_gradient_is_none_beyond_a_pole(count):
    # Of few parameters it goes forward with the states, of many back over the steps.
    others = [f"b{i}" for i in range(count)]
    text = "; ".join(
        [
            f"E' = -E; S' = -1e-9*S/(Km + E) - 0.01*S*({' + '.join(['1', *others])})",
            "E(0) = 2; S(0) = 2; Km = 1",
            *(f"{name} = 1" for name in others),
        ]
    )
    found = misfit(text, **{name: (-9, 9) for name in ["Km", *others]})
    assert ("adjoint" in found.derivatives) == bool(count)
    points = np.array([[Km] + [1.0] * count for Km in (1.0, -1.5, 2.0, -1.0)])
    expected = [True, False, True, False]
    alone = [np.isfinite(found.gradient(point[:, None])[0][0]) for point in points]
    assert alone == expected
    assert np.isfinite(found.gradient(points.T)[0]).tolist() == expected


def problem(text):
    return initial_value_problem(rl.model(text), 1.0)


@pytest.mark.parametrize("text", [
    "S' = -V*S/(Km + S); S(0) = 2; V = 1; Km = 1",
    "S' = -k*S*E/(K + S + S^2/L); E' = -E; S(0) = 2; E(0) = 1; k = 1; K = 1; L = 3",
    "x' = y; y' = -sin(x)/(2 + cos(x)); x(0) = 1; y(0) = 0",
    "x' = y; y' = -x/(1 + y^2)/exp(x)/cosh(y); x(0) = 1; y(0) = 0",
    "x' = -x/(1 + exp(-y)); y' = x/sqrt(x^2 + y^2 + 1); x(0) = 1; y(0) = 0",
])  # fmt: skip
def test_a_divisor_whose_sign_is_known_to_stay_costs_nothing(text):
    assert not watched(problem(text))


@pytest.mark.parametrize("text", [
    "x' = 0.1*(x + 40)/(1 - exp(-(x + 40)/10)) - x; x(0) = -60",
    "x' = a*(x - E)/(1 - exp(-(x - E)/k)) - x; x(0) = -60; a = 0.1; E = -40; k = 10",
    "x' = (u - v)/log(u/v); u' = v - u; v' = u - v; x(0) = 0; u(0) = 2; v(0) = 1",
    "x' = x/(2 - c) - x/((2 - c)*(3 - c))*(1 + c - c); c' = 1 - c; x(0) = 1; c(0) = 2.5",
    "x' = tanh(c)*x/c; c' = 1 - c*x; x(0) = 1; c(0) = -1",
    "x' = atan(1/(c - 1)); c' = x; x(0) = 1; c(0) = 0",
    "x' = 1/(x - 1)^2; x(0) = 0",
])  # fmt: skip
def test_where_solutions_go_through_nothing_is_watched(text):
    assert not [d for d in watched(problem(text)) if "3 - c" not in to_text(d.root)]


@pytest.mark.parametrize(("text", "sure"), [
    ("x' = x/(c^2 - 2*c); c' = cos(x); x(0) = 1; c(0) = 0.5", True),
    ("x' = c*x/(c^2 - 2*c); c' = cos(x); x(0) = 1; c(0) = 0.5", False),
    ("x' = x*c/sin(c); c' = cos(x); x(0) = 1; c(0) = 0.5", False),
])  # fmt: skip
def test_a_divisor_is_told_that_some_of_its_zeros_are_no_poles(text, sure):
    assert [d.sure for d in watched(problem(text))] == [sure]


def test_signs_are_those_of_the_numbers_of_a_problem():
    text = "S' = -V*S/(Km + S); S(0) = {}; V = 1; Km = {}"
    assert not watched(problem(text.format(2, 1)))
    assert watched(problem(text.format(2, -1)))
    assert watched(problem(text.format(-2, 1)))
    assert watched(problem("S' = -V - S/(Km + S); S(0) = 2; V = 1; Km = 1"))
    assert watched(problem("S' = -S/(Km + S); S(0) = 2; Km = 1; when S < 1: S = -1"))


def test_no_model_of_the_library_is_watched():
    models = [LIBRARY[name] for name in LIBRARY]
    assert not [m for m in models if watched(initial_value_problem(m, m.t0 + 1.0))]


def test_what_divides_by_nothing_that_moves_is_not_looked_at():
    assert not divides(lower(rl.library.lorenz))
    assert not divides(lower(rl.library.robertson))
