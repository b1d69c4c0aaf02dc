"""Forward sensitivities: dy/dp as further states, against closed forms and differences."""

import math

import pytest
from paths import FEW

import ratelaw as rl
from ratelaw.models.library import LIBRARY
from ratelaw.models.lower import lower
from ratelaw.models.sensitivity import augment, sensitivity_name
from ratelaw.models.system import FirstOrderSystem

COFFEE = lower(rl.model("dT/dt = -k*(T - T_s); T(0) = 90; k = 0.07; T_s = 21"))


def march(system: FirstOrderSystem, parameters: list[float], until: float, n: int) -> list[float]:
    """Integrate by the classical Runge-Kutta method on plain numbers."""
    h, y = until / n, list(system.start(*parameters))

    def rate(t: float, y: list[float]) -> tuple[float, ...]:
        return system.vector_field(t, *y, *parameters)

    for i in range(n):
        t = i * h
        a = rate(t, y)
        b = rate(t + h / 2, [u + h / 2 * v for u, v in zip(y, a, strict=True)])
        c = rate(t + h / 2, [u + h / 2 * v for u, v in zip(y, b, strict=True)])
        d = rate(t + h, [u + h * v for u, v in zip(y, c, strict=True)])
        slopes = zip(y, a, b, c, d, strict=True)
        y = [u + h / 6 * (p + 2 * q + 2 * r + s) for u, p, q, r, s in slopes]
    return y


def test_sensitivities_follow_the_states() -> None:
    system = augment(COFFEE, ["k", "T(0)"])
    assert system.states == ("T", "d(T)/d(k)", "d(T)/d(T(0))")
    assert system.states[1] == sensitivity_name("T", "k")
    assert (system.parameters, system.time, system.t0) == (COFFEE.parameters, "t", 0)


def test_all_states_of_one_parameter_come_before_the_next() -> None:
    system = augment(lower(rl.model("dx/dt = v; dv/dt = -w*x; x(0) = 1; v(0) = 0")), ["w", "x(0)"])
    assert system.states[2:] == ("d(x)/d(w)", "d(v)/d(w)", "d(x)/d(x(0))", "d(v)/d(x(0))")


def test_a_sensitivity_starts_at_the_derivative_of_the_start_value() -> None:
    system = augment(lower(rl.model("dM/dt = -M; M(0) = T_s^2; T_s = 3")), ["T_s"])
    assert system.start(3) == (9, 6)


def test_sensitivities_of_the_cooling_law_are_those_of_its_closed_form() -> None:
    k, T_s, T_0, t = 0.07, 21.0, 90.0, 20.0
    decay = math.exp(-k * t)
    exact = [T_s + (T_0 - T_s) * decay, -t * (T_0 - T_s) * decay, 1 - decay, decay]
    found = march(augment(COFFEE, ["k", "T_s", "T(0)"]), [k, T_s, T_0], t, 400)
    assert found == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize("name", [*FEW, "sir", "hodgkin_huxley"])
def test_sensitivities_of_a_library_model_are_those_of_differences(name: str) -> None:
    model = rl.library[name]
    system = lower(model)
    values = [model.values[p] for p in system.parameters]
    by = list(system.parameters)
    n, states = 200, len(system.states)
    until = LIBRARY.entry(name).reference.time / 100
    found = march(augment(system, by), values, until, n)
    assert found[:states] == march(system, values, until, n)
    for j, p in enumerate(values):
        h = 1e-5 * (abs(p) or 1)
        above, below = (
            march(system, [v + (s * h if i == j else 0) for i, v in enumerate(values)], until, n)
            for s in (1, -1)
        )
        differences = [(a - b) / (2 * h) for a, b in zip(above, below, strict=True)]
        slopes = found[(1 + j) * states : (2 + j) * states]
        assert slopes == pytest.approx(differences, rel=1e-5, abs=1e-6), by[j]


def test_sensitivities_have_sensitivities() -> None:
    twice = augment(augment(COFFEE, ["k"]), ["T(0)"])
    assert twice.states[-1] == "d(d(T)/d(k))/d(T(0))"
    k, T_s, T_0, t = 0.07, 21.0, 90.0, 10.0
    found = march(twice, [k, T_s, T_0], t, 200)
    assert found[-1] == pytest.approx(-t * math.exp(-k * t), rel=1e-8)


def test_what_is_a_state_already_is_not_added_again() -> None:
    with pytest.raises(ValueError, match="the system has"):
        augment(augment(COFFEE, ["k"]), ["k"])
