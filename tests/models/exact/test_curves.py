"""Solutions left as the equation of a curve, found on it wherever they are by then."""

import math

import pytest

import ratelaw as rl
from ratelaw.models.tape.composed.quadrature import precisely
from ratelaw.models.tape.precise import Precise

ENZYME = "dA/dt = -V*A/(K + A); A(0) = 4; V = 1; K = 2"
FLAME = "dy/dt = y^2 - y^3; y(0) = 0.01"
ALLEE = "dx/dt = r*x*(x/A - 1)*(1 - x/K); x(0) = 1.1; r = 2; A = 1; K = 3"


@pytest.mark.parametrize("t", [1e-9, 0.3, 5.0, 40.0, 1000.0])
def test_an_enzyme_is_followed_down_to_the_smallest_numbers(t: float) -> None:
    found = rl.solve_exactly(ENZYME)(t)["A"]
    gone = 4.0 - found + 2.0 * (math.log(4.0) - math.log(found))
    assert gone == pytest.approx(t, rel=1e-13, abs=1e-14)


@pytest.mark.parametrize(
    ("t", "wanted"), [(90.0, 0.0820956603417693), (100.0, 0.27558461440343), (300.0, 1.0)]
)
def test_a_flame_is_followed_through_its_ignition(t: float, wanted: float) -> None:
    assert rl.solve_exactly(FLAME)(t)["y"] == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(("start", "end"), [(0.9, 0.0), (1.0, 1.0), (1.1, 3.0), (4.0, 3.0)])
def test_a_curve_ends_at_the_equilibrium_before_it(start: float, end: float) -> None:
    found = rl.solve_exactly(ALLEE)(200.0, {"x(0)": start})["x"]
    assert found == pytest.approx(end, abs=1e-12)


def test_a_curve_with_waves_of_the_state_is_followed_step_by_step() -> None:
    exact = rl.solve_exactly("df/dx = f/x - exp(f/x)/sin(f/x); f(1) = 2")
    (ratio,) = (f / 1.1 for f in exact(1.1).values())
    kept = 0.5 * (math.cos(ratio) + math.sin(ratio)) * math.exp(-ratio) - math.log(1.1)
    assert kept == pytest.approx(0.5 * (math.cos(2) + math.sin(2)) * math.exp(-2), rel=1e-12)


def test_nothing_is_said_after_a_blow_up() -> None:
    exact = rl.solve_exactly("dy/dt = y^2*(1 + y); y(0) = 1")
    assert exact(0.3)["y"] > 8.0
    assert math.isnan(exact(0.31)["y"])


@pytest.mark.parametrize(
    "numbers",
    [
        (0.451, 91.3, 0.2889, 40.56),
        (52.19, 3.3316, 0.5631, 36.077),  # settled at once: a tail behind one that falls faster
    ],
)
def test_a_short_rule_is_not_believed_by_chance(numbers: tuple[float, ...]) -> None:
    context = Precise(30).context
    k, c, out, t = (context.mpf(x) for x in numbers)

    def integrand(s: object) -> object:
        return (1 - c / (c + context.exp(k * s))) * context.exp(out * (s - t))

    near = [0, *(context.mpf(2) ** -i for i in range(12, 0, -1))]
    wanted = context.quad(integrand, [*near, *context.linspace(1, t, 60)])
    found = precisely(integrand, context.zero, t, context)
    assert not context.isfinite(found) or abs(found - wanted) < 1e-25


CUBIC = "dx/dt = (x - a)*(x - b)*(x - c); x(0) = 1.5; a = 1; b = 2; c = 3"


@pytest.mark.parametrize("power", range(2, 16))
def test_where_roots_nearly_meet_a_curve_is_right_or_no_number(power: int) -> None:
    context = Precise(60).context
    a = 3.0 * (1.0 + 10.0**-power)

    def gone(x: object) -> object:
        parts = (
            context.log(abs((x - r) / (1.5 - r))) / ((r - p) * (r - q))
            for r, p, q in ((context.mpf(a), 2, 3), (2, a, 3), (3, context.mpf(a), 2))
        )
        return sum(parts) - context.mpf(0.3)

    wanted = context.findroot(gone, (0.67, 0.7), tol=1e-60)
    found = rl.solve_exactly(CUBIC, budget=20)(0.3, a=a)["x"]
    assert math.isnan(found) or abs(found - wanted) < 1e-9
    assert power > 4 or abs(found - wanted) < 1e-11


def test_where_roots_meet_a_number_the_equation_is_solved_as_it_is_there() -> None:
    exact = rl.solve_exactly("dx/dt = k*x*(x - a)*(1 - x); x(0) = 0.3; k = 2; a = 0.5", budget=20)
    assert "for a = 1" in exact.certificate.domain
    found = exact(0.3, a=1.0)["x"]
    kept = math.log(found / (1 - found)) + 1 / (1 - found)
    assert kept == pytest.approx(math.log(0.3 / 0.7) + 1 / 0.7 - 0.6, rel=1e-13)
    step = next(s for s in exact.derivation if "The case a = 1 " in s.words)
    assert step.checked
