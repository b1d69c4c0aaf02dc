"""Derivatives through events and event times, against closed forms, differentiated in the complex.

A derivative of a closed form f is Im f(p + 1e-30 i)/1e-30, exact to rounding (Squire and Trapp
1998, SIAM Review 40(1), 110-112, doi:10.1137/S003614459631241X).
"""

from cmath import exp, log, sqrt
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest

import ratelaw as rl

PATHS = ["reference:tsit5", "lanes:tsit5", "scipy:RK45", "reference:rodas5p"]


class Case(NamedTuple):
    """A model, where it ends, and a state there as a function of parameters."""

    text: str
    end: float
    state: str
    exact: Callable[..., complex]


def ball(g: complex, e: complex, h: complex) -> complex:
    """Return the height at t = 8 of a ball that falls from h."""
    fall = sqrt(2 * h / g)
    speed, since = g * fall * e, 8 - fall
    while (2 * speed / g).real < since.real:
        speed, since = speed * e, since - 2 * speed / g
    return speed * since - g * since**2 / 2


def doses(k: complex, D: complex, a: complex, P: complex) -> complex:
    """Return what is left at t = 8 of doses at a, a + P, a + 2*P."""
    return sum(D * exp(-k * (8 - a - n * P)) for n in range(3))


def room(k: complex, T_out: complex, P: complex, low: complex, high: complex) -> complex:
    """Return the temperature at t = 8 of a room with a thermostat, from 20 with its heater on."""
    T, t, on = 20 + 0j, 0j, True
    while True:
        rest, goal = (T_out + P / k, high) if on else (T_out, low)
        need = log((T - rest) / (goal - rest)) / k
        if (t + need).real > 8:
            return rest + (T - rest) * exp(-k * (8 - t))
        T, t, on = goal, t + need, not on


CASES = {
    "a bouncing ball": Case(
        """
        dh/dt = v; dv/dt = -g; h(0) = H; v(0) = 0; g = 9.81; e = 0.8; H = 10
        when h < 0: v = -e*v
        """,
        8,
        "h",
        lambda g, e, H: ball(g, e, H),
    ),
    "a dose at a parameter time": Case(
        "dA/dt = -k*A; A(0) = B; k = 0.3; D = 2; a = 3; B = 5; at a: A = A + D",
        8,
        "A",
        lambda k, D, a, B: B * exp(-8 * k) + D * exp(-k * (8 - a)),
    ),
    "doses whose period is a parameter": Case(
        "dA/dt = -k*A; A(0) = 0; k = 0.3; D = 2; a = 1; P = 2.5; every P from a: A = A + D",
        8,
        "A",
        doses,
    ),
    "an input that steps at a parameter time": Case(
        "dx/dt = if(t < a, 0, b) - k*x; x(0) = 1; a = 3; b = 2; k = 0.1",
        8,
        "x",
        lambda a, b, k: exp(-8 * k) + b / k * (1 - exp(-k * (8 - a))),
    ),
    "a pulse whose length is a parameter": Case(
        "dx/dt = b*pulse(t, a, w) - k*x; x(0) = 0; a = 2; w = 3; b = 2; k = 0.1",
        8,
        "x",
        lambda a, w, b, k: b / k * (exp(-k * (8 - a - w)) - exp(-k * (8 - a))),
    ),
    "a switch at a threshold": Case(
        "dx/dt = u; du/dt = 0; x(0) = 0; u(0) = r; r = 2; s = 0.5; c = 3; when x > c: u = s",
        8,
        "x",
        lambda r, s, c: c + s * (8 - c / r),
    ),
    "a threshold that moves with time": Case(
        "dx/dt = 1; x(0) = 0; a = 0.5; c = 2; when x > a*t + c: x = 0",
        5,
        "x",
        lambda a, c: 5 - c / (1 - a),
    ),
    "a thermostat": Case(
        """
        dT/dt = -k*(T - T_out) + P*on; don/dt = 0; T(0) = 20; on(0) = 1
        k = 0.2; T_out = 5; P = 6; low = 19; high = 21
        when T > high: on = 0
        when T < low: on = 1
        """,
        8,
        "T",
        room,
    ),
    "a dose that sets off a condition": Case(
        """
        dx/dt = r; dz/dt = 0; x(0) = 0; z(0) = 0; r = 1; a = 3
        at a: x = 2*x
        when x > 5: x = x/3, z = t*x
        """,
        4,
        "x",
        lambda r, a: 2 * r * a / 3 + r * (4 - a),
    ),
    "a time kept by a condition that a dose sets off": Case(
        """
        dx/dt = r; dz/dt = 0; x(0) = 0; z(0) = 0; r = 1; a = 3
        at a: x = 2*x
        when x > 5: x = x/3, z = t*x
        """,
        4,
        "z",
        lambda r, a: 2 * r * a**2,
    ),
    "a condition that sets off another, and that a third": Case(
        """
        dx/dt = r*x; dy/dt = x; n' = 0; x(0) = 1; y(0) = 0; n(0) = 0; r = 0.5; c = 2
        when n > 1: x = x - 0.5
        when y > 3: n = 2
        when x > c: y = y + 3, x = x/2
        """,
        2,
        "x",
        lambda r, c: (c / 2 - 0.5) * exp(r * (2 - log(c) / r)),
    ),
    "a condition that holds when an input jumps": Case(
        """
        dx/dt = r; dz/dt = 0; x(0) = 0; z(0) = 0; r = 1; a = 3
        u = if(t < a, 0, 2)
        when u*x > 1: z = x
        """,
        4,
        "z",
        lambda r, a: r * a,
    ),
    "a condition on an input alone": Case(
        """
        dx/dt = r; dz/dt = 0; x(0) = 0; z(0) = 0; r = 1; a = 3
        u = if(t < a, 0, 2)
        when u > 1: z = x
        """,
        4,
        "z",
        lambda r, a: r * a,
    ),
    "two conditions that begin to hold at one time": Case(
        """
        dx/dt = r; x(0) = 0; r = 1; c = 1
        when x > c: x = x + c
        when 2*x > 2*c: x = 2*x
        """,
        2,
        "x",
        lambda r, c: 4 * c + r * (2 - c / r),
    ),
    "a condition that a fixed dose sets off beside one whose time moves": Case(
        """
        dx/dt = r; n' = 0; z' = 0; x(0) = 0; n(0) = 0; z(0) = 0; r = 1; a = 3
        at 3: x = x + 10
        at a: n = 1
        when x > 12: z = x*t, x = 0
        """,
        4,
        "x",
        lambda r, a: r * (4 - 3) + 0 * a,
    ),
}


def derivative(case: Case, values: dict[str, float], name: str) -> float:
    """Return the derivative of a closed form by one parameter."""
    return (case.exact(**{**values, name: values[name] + 1e-30j}).imag) / 1e-30


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", CASES)
def test_derivatives_through_events_are_those_of_the_closed_form(name: str, path: str) -> None:
    case = CASES[name]
    model = rl.model(case.text)
    values = {p: v for p, v in model.values.items() if "(" not in p}
    sol = rl.solve(model, [case.end], method=path, rtol=1e-9, atol=1e-11, sensitivities=[*values])
    assert sol[case.state].item() == pytest.approx(case.exact(**values).real, rel=1e-7)
    found = {p: sol.gradient(case.state, p).item() for p in values}
    expected = {p: derivative(case, values, p) for p in values}
    assert found == pytest.approx(expected, rel=2e-7, abs=1e-7)


def test_a_start_value_counts_through_events() -> None:
    model = rl.model("h'' = -g; h(0) = 10; h'(0) = 0; g = 9.81; e = 0.8; when h < 0: h' = -e*h'")
    sol = rl.solve(model, [8], rtol=1e-9, atol=1e-11, sensitivities=["h(0)"])
    exact = ball(9.81, 0.8, 10 + 1e-30j).imag / 1e-30
    assert sol.gradient("h", "h(0)").item() == pytest.approx(exact, rel=1e-7)


def test_a_batch_has_the_derivatives_of_its_members() -> None:
    case = CASES["a condition that holds when an input jumps"]
    starts = np.linspace(1.0, 3.0, 23)
    model = rl.model(case.text)(a=starts)
    sol = rl.solve(model, [4], method="reference:tsit5", sensitivities=["a", "r"])
    assert sol["z"].values[:, 0] == pytest.approx(starts)
    assert sol.gradient("z", "a").values[:, 0] == pytest.approx(np.ones(23))
    assert sol.gradient("z", "r").values[:, 0] == pytest.approx(starts)
