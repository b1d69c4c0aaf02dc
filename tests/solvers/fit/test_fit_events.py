"""Parameters found again through events, from data that closed forms made."""

from math import sqrt

import numpy as np
import pytest

import ratelaw as rl

T = np.linspace(0.5, 47.5, 48)
DOSES = rl.model(
    """
    dA/dt = -k*A; A(0) = 0; k = 0.3; D = 50; lag = 2
    every 12 from lag: A = A + D
    """
)


def amount(k: float, D: float, lag: float) -> np.ndarray:
    """Return what is in the body at the times T."""
    since = T[:, None] - (lag + 12 * np.arange(4))
    return (D * np.exp(-k * np.maximum(since, 0)) * (since >= 0)).sum(axis=1)


def height(t: float, g: float, e: float) -> float:
    """Return the height of a ball that falls from 10."""
    fall = sqrt(20 / g)
    if t < fall:
        return 10 - g * t**2 / 2
    speed, since = g * fall * e, t - fall
    while 2 * speed / g < since:
        speed, since = speed * e, since - 2 * speed / g
    return speed * since - g * since**2 / 2


def test_repeated_doses_are_found_again() -> None:
    data = {"time": T, "A": amount(0.1, 100, 2)}
    fit = rl.fit(DOSES, data, {"k": rl.log(0.01, 1), "D": (10, 500)}, starts=4, seed=0)
    assert fit.estimates == pytest.approx({"k": 0.1, "D": 100}, rel=1e-5)


def test_the_time_of_doses_is_found_again() -> None:
    data = {"time": T, "A": amount(0.1, 50, 2.25)}
    free = {"k": rl.log(0.01, 1), "lag": (2.05, 2.45)}
    fit = rl.fit(DOSES, data, free, starts=4, seed=0)
    assert fit.estimates == pytest.approx({"k": 0.1, "lag": 2.25}, rel=1e-5)


def test_noise_is_told_by_standard_errors() -> None:
    noise = np.random.default_rng(5).normal(0, 2, T.size)
    data = {"time": T, "A": amount(0.1, 100, 2) + noise}
    fit = rl.fit(DOSES, data, {"k": rl.log(0.01, 1), "D": (10, 500)}, starts=4, seed=0)
    for name, truth in {"k": 0.1, "D": 100}.items():
        assert abs(fit.estimates[name] - truth) < 3 * fit.standard_errors[name]
    assert fit.residual_sd == pytest.approx(2, rel=0.3)


def test_a_bouncing_ball_tells_gravity_and_restitution() -> None:
    ball = rl.model("h'' = -g; h(0) = 10; h'(0) = 0; g = 9.5; e = 0.85; when h < 0: h' = -e*h'")
    times = np.linspace(0.1, 5, 40)
    data = {"time": times, "h": [height(t, 9.81, 0.8) for t in times]}
    fit = rl.fit(ball, data, {"g": (9, 11), "e": (0.7, 0.9)}, starts=8, seed=0)
    assert fit.estimates == pytest.approx({"g": 9.81, "e": 0.8}, rel=1e-5)
