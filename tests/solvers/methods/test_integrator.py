"""The tapes of a step: what a hand-written Runge-Kutta step gives, with no evaluation wasted."""

from dataclasses import replace
from math import cos, sin

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.lower import lower
from ratelaw.models.system import SystemEvent
from ratelaw.solvers.compose.control import first_memory, is_explicit
from ratelaw.solvers.control import MARGIN, MARGIN_SERIES, MARGIN_STIFF, MARGIN_STIFF_LOW
from ratelaw.solvers.evaluate import rows_function
from ratelaw.solvers.integrator import compose
from ratelaw.solvers.methods import SHELF
from ratelaw.solvers.tableaux.rosenbrock import RosenbrockTableau
from ratelaw.solvers.tableaux.tableau import ButcherTableau
from ratelaw.solvers.tableaux.taylor import TaylorSeries

MODEL = rl.model("""
    dx/dt = a*sin(t)*y - x
    dy/dt = -x*y + cos(t)
    x(0) = 1; y(0) = 0.5; a = 2
""")
SYSTEM = lower(MODEL)
PARAMETERS = [2.0, 1.0, 0.5]
ADAPTIVE = {name: method.adaptive for name, method in SHELF.items()}
T, H, Y = 0.3, 0.2, np.array([0.7, -0.4])


def rate(t, y):
    x, y = y
    return np.array([2 * sin(t) * y - x, -x * y + cos(t)])


def stages(tableau, t=T, h=H, y=Y):
    ks = []
    for c, row in zip(tableau.c, tableau.a, strict=True):
        inner = sum((float(a) * k for a, k in zip(row, ks, strict=True)), np.zeros(2))
        ks.append(rate(t + float(c) * h, y + h * inner))
    return ks


def weighted(weights, ks):
    return sum(float(w) * k for w, k in zip(weights, ks, strict=True))


def attempt(method, t=T, h=H, y=Y):
    """Return new state, error, slope, kept slopes of one attempted step."""
    program = compose(SYSTEM, method).attempt
    found = program.tape(t, h, t + h, *y, *rate(t, y), *PARAMETERS)
    return [np.array(part) for part in (found[:2], found[2:4], found[4:6], found[6:])]


def interpolate(method, theta, h=H):
    new, _, _, kept = attempt(method, h=h)
    return np.array(compose(SYSTEM, method).interpolate.tape(theta, h, *Y, *new, *kept))


WITH_STAGES = ButcherTableau | RosenbrockTableau
EXPLICIT = [
    name
    for name, method in SHELF.items()
    if isinstance(method.tableau, ButcherTableau) and method.tableau.is_explicit
]


@pytest.fixture(params=ADAPTIVE)
def method(request):
    return ADAPTIVE[request.param]


@pytest.fixture(params=EXPLICIT)
def explicit(request):
    return ADAPTIVE[request.param]


def test_a_step_is_that_of_the_textbook(explicit):
    ks = stages(explicit.tableau)
    new, error, slope, _ = attempt(explicit)
    assert new == pytest.approx(Y + H * weighted(explicit.tableau.b, ks), rel=1e-14)
    fine = H * weighted(explicit.tableau.b_error, ks)
    coarse = H * weighted(explicit.tableau.b_coarse or [0] * len(ks), ks)
    assert error == pytest.approx(fine * np.abs(fine) / np.hypot(fine, coarse / 10), abs=1e-15)
    assert slope == pytest.approx(rate(T + H, new), rel=1e-14)


def test_the_emitted_step_is_the_step_of_the_tape(method):
    program = compose(SYSTEM, method).attempt
    function = rows_function(program.tape, program.name, program.arguments)
    columns = [np.array(v)[:, None] for v in (Y, rate(T, Y), PARAMETERS)]
    found = function(np.array([T]), np.array([H]), T + H, *columns)[:, 0]
    assert found[:6] == pytest.approx(np.concatenate(attempt(method)[:3]), rel=1e-13)


def sines(tape):
    return sum(node.op == "sin" for node in tape.nodes)


def test_no_evaluation_is_wasted(explicit):
    # The model has one sine for each evaluation at a time of its own, given the first slope.
    integrator = compose(SYSTEM, explicit)
    times = {float(c) for c in explicit.tableau.c[1:]} | {1.0}
    assert sines(integrator.attempt.tape) == len(times - {0.0})


def evaluations(tape):
    """Count the logarithms, of which the vector field has one."""
    return sum(node.op == "log1p" for node in tape.nodes)


def test_the_slope_at_the_new_point_is_free_when_the_last_stage_is_it(explicit):
    system = lower(rl.model("dx/dt = log1p(x); x(0) = 1"))
    integrator = compose(system, explicit)
    expected = explicit.tableau.n_stages - (explicit.tableau.end_stage is not None)
    assert evaluations(integrator.attempt.tape) == integrator.n_stages == expected


def test_dense_output_meets_both_ends(method):
    new = attempt(method)[0]
    assert interpolate(method, 0.0) == pytest.approx(Y, rel=1e-14)
    assert interpolate(method, 1.0) == pytest.approx(new, rel=1e-13)


def test_dense_output_leaves_with_the_slopes_of_both_ends(explicit):
    new, small = attempt(explicit)[0], 1e-6
    begin = (interpolate(explicit, small) - Y) / (small * H)
    end = (new - interpolate(explicit, 1 - small)) / (small * H)
    assert begin == pytest.approx(rate(T, Y), abs=1e-5)
    assert end == pytest.approx(rate(T + H, new), abs=1e-5)


def test_a_cubic_is_reproduced_by_hermites_output():
    system = lower(rl.model("dx/dt = 1 + 2*t + 3*t^2; x(0) = 0"))
    integrator = compose(system, SHELF["rk4"].adaptive)
    found = integrator.attempt.tape(0.0, 2.0, 2.0, 0.0, 1.0, 0.0)
    middle = integrator.interpolate.tape(0.5, 2.0, 0.0, found[0], *found[3:])
    assert middle == pytest.approx([3.0])


@pytest.mark.parametrize("name", [n for n in EXPLICIT if SHELF[n].dense_order])
def test_a_methods_own_dense_output_is_closer_than_hermites(name):
    own = SHELF[name]
    plain = replace(own, tableau=replace(own.tableau, dense=None), dense_order=None)
    truth = np.array(fine(H * 0.4))
    gaps = [abs(interpolate(m, 0.4) - truth).max() for m in (own, plain)]
    assert gaps[0] < gaps[1]


def fine(length, n_steps=2000):
    y, t, h = Y.copy(), T, length / n_steps
    tableau = SHELF["rk4"].tableau
    for i in range(n_steps):
        y = y + h * weighted(tableau.b, stages(tableau, t + i * h, h, y))
    return y


def control(method, error, before=None, h=0.1, atol=1e-3, rtol=0.0):
    before = first_memory(method) if before is None else before
    arguments = ([1.0, 1.0], [1.0, 1.0], [error, 0.0], [atol, atol], [rtol, h, before])
    return compose(SYSTEM, method).control.tape(*np.concatenate(arguments))


def margin(method):
    if isinstance(method.tableau, TaylorSeries):
        return MARGIN_SERIES
    if method.tableau.is_explicit:
        return MARGIN
    return MARGIN_STIFF if method.order > 2 else MARGIN_STIFF_LOW


def test_the_error_is_measured_against_the_margin_of_the_tolerance(method):
    norm, accept, *_ = control(method, 1e-3 * margin(method))
    assert norm == pytest.approx(1)
    assert bool(accept) == (norm <= 1)


def test_the_largest_error_decides(method):
    one, two = (
        compose(SYSTEM, method).control.tape(1, 1, 1, 1, *errors, 1e-3, 1e-3, 0.0, 0.1, 1e-4)
        for errors in ([1e-3, 0], [1e-3, 1e-3])
    )
    assert one == two


def test_the_larger_end_of_a_step_sets_the_scale(method):
    tape = compose(SYSTEM, method).control.tape
    small = tape(1, 1, 1, 1, 1e-3, 0, 1e-9, 1e-9, 1e-3, 0.1, 1e-4)[0]
    large = tape(1, 1, -5, 1, 1e-3, 0, 1e-9, 1e-9, 1e-3, 0.1, 1e-4)[0]
    assert large == pytest.approx(small / 5, rel=1e-5)


@pytest.mark.parametrize("error", [np.nan, np.inf, 1e200])
def test_an_error_that_is_no_number_shrinks_the_step_most(method, error):
    _, accept, factor, _ = control(method, error)
    assert (accept, factor) == (0, 0.2)


def test_a_rejected_step_is_never_followed_by_a_longer_one(method):
    for error in np.geomspace(1.001, 1e6, 20) * 1e-3 * margin(method):
        _, accept, factor, _ = control(method, error)
        assert not accept
        assert 0.2 <= factor < 1


def test_a_step_without_error_grows_by_a_limited_factor(method):
    series = isinstance(method.tableau, TaylorSeries)
    before = 1.0 if is_explicit(method) else None  # a step that has just come out as it should
    assert control(method, 0.0, before)[2] == (10 if series else 5)


STIFF = [method for method in ADAPTIVE.values() if not is_explicit(method)]


@pytest.mark.parametrize("method", STIFF, ids=lambda m: m.name)
def test_a_step_for_stiff_models_is_shortened_as_the_fitting_step_has_become_shorter(method):
    error = 0.5e-3 * margin(method)
    *_, factor, noted = control(method, error)
    less = 0.9 * 0.8 * 0.5 ** (-1 / method.error_order)
    assert factor == pytest.approx(0.9 * 0.5 ** (-1 / method.error_order))
    assert control(method, error, noted, h=0.08)[2] == pytest.approx(less)


@pytest.mark.parametrize("method", STIFF, ids=lambda m: m.name)
def test_a_step_for_stiff_models_grows_no_more_for_what_has_become_longer(method):
    error = 0.5e-3 * margin(method)
    *_, factor, noted = control(method, error)
    assert control(method, error, noted, h=0.15)[2] == pytest.approx(factor)


def first_step(method, text, span, rtol=1e-6):
    system = lower(rl.model(text))
    start = system.start(*[rl.model(text).values[p] for p in system.parameters])
    p = [rl.model(text).values[p] for p in system.parameters]
    return compose(system, method).begin.tape(0.0, span, span, *start, *p, 1e-9, rtol)[0]


def test_the_first_step_does_not_depend_on_the_unit_of_time(method):
    slow = first_step(method, "dx/dt = -k*x; x(0) = 1; k = 1e-3", 5000.0)
    fast = first_step(method, "dx/dt = -k*x; x(0) = 1; k = 1e3", 5e-3)
    assert slow * 1e-3 == pytest.approx(fast * 1e3, rel=1e-9)


@pytest.mark.parametrize("span", [3.0, -3.0])
@pytest.mark.parametrize("text", ["dx/dt = 0; x(0) = 1", "dx/dt = t^4; x(0) = 0"])
def test_the_first_step_stays_within_the_interval(method, text, span):
    assert 0 < first_step(method, text, span) <= 3


@pytest.mark.parametrize("h", [0.5, -0.5])
@pytest.mark.parametrize("name", [n for n in SHELF if isinstance(SHELF[n].tableau, WITH_STAGES)])
def test_no_rate_is_asked_for_past_the_limit(name, h):
    method = ADAPTIVE[name]
    system = lower(rl.model("dx/dt = if(t < a, if(t < -a, log(-1), x), log(-1)); x(0) = 1; a = 1"))
    system = replace(system, events=(SystemEvent(""),))
    limit = np.copysign(np.nextafter(0.2, 0), h)
    jump = abs(np.nextafter(limit, h * 9))
    integrator = compose(system, method)
    assert np.isfinite(integrator.attempt.tape(0.0, h, limit, 1.0, 1.0, jump, 1.0)).all()
    assert np.isfinite(integrator.begin.tape(0.0, h, limit, 1.0, jump, 1.0, 1e-9, 1e-6)).all()
