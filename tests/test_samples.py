"""The samples of the interface, as a user would type them."""

import numpy as np
import pytest

import ratelaw as rl


def coffee() -> rl.Model:
    return rl.model("""
        dT/dt = -k*(T - T_s)     # Newton's law of cooling
        T(0)  = 90   [degC]
        k     = 0.07 [1/min]
        T_s   = 21   [degC]
    """)


def test_sample_1_simulate():
    sol = rl.solve(coffee(), 60)  # 60 min: the unit of time follows from k
    found = sol["T"]  # labelled array with time and units
    assert found.attrs["units"] == "degC"
    assert found["time"].attrs["units"] == "min"
    assert sol.at(30)["T"] == pytest.approx(21 + 69 * np.exp(-2.1), rel=1e-6)


def test_sample_1_from_python():
    @rl.model(start={"T": 90})
    def coffee(t, T, *, k=0.07, T_s=21):
        return -k * (T - T_s)

    assert rl.solve(coffee, 60).at(30)["T"] == pytest.approx(21 + 69 * np.exp(-2.1), rel=1e-6)


def test_sample_3_sweep():
    cups = rl.solve(coffee()(k=np.linspace(0.02, 0.2, 10), T_s=[5, 21]), 60)
    assert cups["T"].dims == ("k", "T_s", "time")
    warm = cups.when("T < 60")  # minutes until drinkable, for every cup
    assert warm.shape == (10, 2)
    assert warm.sel(T_s=21).values == pytest.approx(np.log(69 / 39) / warm["k"].values, rel=1e-5)


def test_sample_3_plot():
    cups = rl.solve(coffee()(k=np.linspace(0.02, 0.2, 10), T_s=[5, 21]), 60)
    figure = rl.plot(cups["T"].sel(T_s=21), color="k")
    assert len(figure.axes[0].lines) == 10


def test_sample_4_batch_on_the_cpu():
    many = rl.draw(coffee(), 1_000, seed=0, k=rl.LogNormal(0.07, 0.3), T_s=rl.Normal(21, 2))
    sol = rl.solve(many, 60, device="cpu")
    assert sol["T"].quantile([0.05, 0.5, 0.95], "draw").shape == (3, 101)
    assert str(sol.outcome) == "all 1 000 reached the end"


def test_sample_7_events():
    ball = rl.model("""
        dh/dt = v
        dv/dt = -g
        h(0) = 10 [m];  v(0) = 0 [m/s];  g = 9.81 [m/s^2];  e = 0.8
        when h < 0: v = -e*v
    """)
    sol = rl.solve(ball, 8)
    table = sol.events  # table: time, rule, values before and after
    first = np.sqrt(2 * 10 / 9.81)
    times = first * (1 + 2 * np.array([0, 0.8, 0.8 + 0.64, 0.8 + 0.64 + 0.512]))
    assert table["time"].to_numpy() == pytest.approx(times, rel=1e-12)
    assert set(table["rule"]) == {"when h < 0: v = -e*v"}
    assert table["v after"].to_numpy() == pytest.approx(-0.8 * table["v before"].to_numpy())
    assert table.attrs["units"] == {"time": "s", "h": "m", "v": "m/s"}
