"""One closed form through doses, harvests, steps and stops, as a tape."""

import math

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.exact.events.repeated import digits
from ratelaw.models.tape import Builder

DOSES = "dA/dt = -k*A; A(0) = 0; k = 0.1; dose = 100\nevery 24: A += dose"
LOADED = f"{DOSES} - 20\nat t = 0: A += 150"
GUT = (
    "dG/dt = -ka*G; dA/dt = ka*G - k*A; G(0) = 0; A(0) = 0; ka = 1; k = 0.1; dose = 100; tau = 12\n"
    "every tau from 2 to 50: G += dose"
)
FISHED = "dx/dt = r*x; x(0) = 1; r = 0.1; f = 0.3\nevery 5 from 5: x = x - f*x"
HARVEST = (
    "dx/dt = r*x*(1 - x/K); x(0) = 0.1; r = 1; K = 2; f = 0.5\n"
    "at t = 3: x = f*x\nat t = 5: x += 0.1"
)
PULSE = "dx/dt = -x + pulse(t, 1, 2)*p; x(0) = 0.1; p = 3\nat t = 2.5: x = 0"
STEP = "dx/dt = if(t < a, r1, r2)*x*(1 - x/K); x(0) = 0.1; r1 = 1; r2 = 0.3; K = 2; a = 2"
ENZYME = "dA/dt = -V*A/(K + A); A(0) = 1; V = 1; K = 2; D = 3\nevery 4 from 2 to 14: A += D"
STOPPED = "dx/dt = -k*x; x(0) = 1; k = 1; a = 3; b = 4\nat t = b: x = 2*x\nat t = a: x += 1\nat t = 8: stop"  # noqa: E501
CASES = {"doses": DOSES, "loaded": LOADED, "gut": GUT, "fished": FISHED, "harvest": HARVEST,
         "pulse": PULSE, "step": STEP, "enzyme": ENZYME, "stopped": STOPPED}  # fmt: skip


@pytest.mark.parametrize("text", CASES.values(), ids=CASES)
def test_one_tape_goes_where_pieces_lead(text: str) -> None:
    model = rl.model(text)
    exact, times = rl.solve_exactly(model, budget=10), np.linspace(0.0, 41.7, 30)
    known = [model.values[name] for name in exact.parameters]
    found = np.transpose([exact.tape(t, *known) for t in times])
    wanted = rl.solve(model, times, method="exact").y
    np.testing.assert_allclose(found, wanted, rtol=1e-11, atol=1e-13)
    assert exact.certificate.valid


@pytest.mark.parametrize("text", [DOSES, LOADED, GUT, FISHED, HARVEST, STOPPED])
def test_every_step_is_checked(text: str) -> None:
    assert rl.solve_exactly(text).derivation.checked


@pytest.mark.parametrize("sign", ["+", "-"])
@pytest.mark.parametrize("times", [("tau",), ("tau", "2*tau"), ("tau + sigma",)])
def test_doses_at_times_that_are_parameters_are_derived(sign: str, times: tuple[str, ...]) -> None:
    doses = "".join(f"\nat t = {time}: C = C {sign} D" for time in times)
    model = f"dC/dt = -k*C; C(0) = 1; k = 0.1; D = 0.5; tau = 3; sigma = 1{doses}"
    exact = rl.solve_exactly(model, budget=20)
    assert exact.derivation.checked
    assert f" {sign} D*step(" in str(exact)
    assert "+ -" not in str(exact)


def test_doses_print_as_a_sum() -> None:
    assert str(rl.solve_exactly(DOSES)) == (
        "A(t) = A_0*exp(-k*t) + sum(dose*exp(-k*(t - 24*j)), j = 0..floor(t/24))"
    )


def test_pieces_print_one_after_the_other() -> None:
    assert str(rl.solve_exactly(STEP)).splitlines() == [
        "x(t) = K*x_0/(x_0 + (K - x_0)*exp(-r1*t)) for 0 <= t < a",
        "x_1 = x(a)",
        "x(t) = K*x_1/(x_1 + (K - x_1)*exp(-r2*(t - a))) from t = a on",
    ]


def test_a_round_follows_from_the_one_before() -> None:
    assert "n = floor((t - 5)/5) + 1" in str(rl.solve_exactly(FISHED))


def test_rates_that_are_equal_have_their_limit() -> None:
    exact, (ka, tau) = rl.solve_exactly(GUT), (0.1, 12.0)
    doses = [d for d in (2 + tau * j for j in range(5)) if d <= 40]
    wanted = sum(100 * ka * (40 - d) * math.exp(-ka * (40 - d)) for d in doses)
    assert exact(40.0, ka=ka)["A"] == pytest.approx(wanted, rel=1e-12)


def test_what_is_given_decides_the_order_of_symbolic_times() -> None:
    exact = rl.solve_exactly(STOPPED)
    assert "where a <= b <= 8" in exact.certificate.domain
    assert math.isnan(exact(5.0, a=6.0)["x"])


def test_derivatives_by_the_time_of_an_event_are_those_of_differences() -> None:
    exact, step = rl.solve_exactly(STEP), 1e-5
    ends = [exact(5.0, a=2.0 + side)["x"] for side in (-step, step)]
    wanted = rl.solve(rl.model(STEP), [5.0], sensitivities=["a"], method="exact").gradient("x", "a")
    assert (ends[1] - ends[0]) / (2 * step) == pytest.approx(float(wanted[0]), rel=1e-7)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("dh/dt = v; dv/dt = -h; h(0) = 1; v(0) = 0\nwhen h < 0: v = -v", "depends on the states"),
        ("dx/dt = r*x*(1 - x/K); x(0) = 1\nevery 5: x = 0.5*x", "repeats without end"),
    ],
)
def test_what_no_formula_goes_through_is_refused_with_the_reason(text: str, words: str) -> None:
    with pytest.raises(NoClosedFormError, match=words):
        rl.solve_exactly(text)


def test_a_number_is_the_sum_of_its_binary_digits() -> None:
    builder = Builder(["n"])
    tape = builder.finish(digits(builder.input("n")))
    assert sum(2**i * d for i, d in enumerate(tape(1234567.0 % 2**20))) == 1234567 % 2**20


def test_no_time_passes_between_events_at_one_time():
    exact = rl.solve_exactly(
        "dy/dt = -k*y; y(0) = 1; k = 1; at 0: y += 2; at 2: y = 3*y; at 2: y += 1"
    )
    assert str(exact).splitlines() == [
        "y_1 = y_0 + 2",
        "y(t) = y_1*exp(-k*t) for 0 <= t < 2",
        "y_2 = 3*y(2)",
        "y_3 = y_2 + 1",
        "y(t) = y_3*exp(-k*(t - 2)) from t = 2 on",
    ]
