"""Pictures of trajectories with events: at a jump the line goes straight up or down."""

import numpy as np
import pytest

import ratelaw as rl

BALL = rl.model("h'' = -g; h(0) = 10; h'(0) = 0; g = 9.81; e = 0.8; when h < 0: h' = -e*h'")
DOSES = rl.model(
    "dA/dt = -k*A; A(0) = 0; k = 0.1; D = 100; P = 12; V = 20; C = A/V; every P: A = A + D"
)


def lines(figure) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the lines of the last panel that have points."""
    drawn = [line.get_data() for line in figure.axes[-1].get_lines()]
    return [(np.asarray(x), np.asarray(y)) for x, y in drawn if len(x)]


def vertical(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return where a line goes straight up or down: when, from, to."""
    (at,) = np.nonzero((np.diff(x) == 0) & (np.diff(y) != 0))
    return x[at], y[at], y[at + 1]


def test_the_speed_of_a_ball_jumps_where_it_bounces() -> None:
    sol = rl.solve(BALL, np.linspace(0, 8, 9))
    ((x, y),) = lines(rl.plot(sol))[-1:]
    table = sol.events
    when, low, high = vertical(x, y)
    assert when.tolist() == table["time"].tolist()
    assert low.tolist() == table["h' before"].tolist()
    assert high.tolist() == table["h' after"].tolist()


def test_between_jumps_no_line_is_steeper_than_the_rate() -> None:
    ((x, y),) = lines(rl.plot(rl.solve(BALL, np.linspace(0, 8, 9))))[-1:]
    moved = np.diff(x) > 0
    assert np.diff(y)[moved] == pytest.approx(-9.81 * np.diff(x)[moved], abs=1e-4)


def test_an_output_at_the_time_of_a_jump_is_no_second_jump() -> None:
    ((x, y),) = lines(rl.plot(rl.solve(DOSES, [0, 6, 12, 24, 30])))
    assert vertical(x, y)[0].tolist() == [0, 12, 24]


def test_each_line_of_a_sweep_has_its_own_jumps() -> None:
    sol = rl.solve(DOSES(P=[6, 12], D=[50, 100]), np.linspace(0, 20, 5))
    found = [vertical(*line) for line in lines(rl.plot(sol))]
    expected = [(period, dose) for period in (6, 12) for dose in (50, 100)]
    assert len(found) == 4
    for (when, low, high), (period, dose) in zip(found, expected, strict=True):
        assert when.tolist() == [*range(0, 20, period)]
        assert high - low == pytest.approx(np.full(len(when), dose))


def test_what_is_told_by_colour_does_not_change_whose_jumps_they_are() -> None:
    sol = rl.solve(DOSES(P=[6, 12], D=[50, 100, 150]), np.linspace(0, 20, 5))
    found = [vertical(*line) for line in lines(rl.plot(sol, color="D"))]
    doses = [round(float((high - low)[0])) for _, low, high in found]
    assert doses == [50, 50, 100, 100, 150, 150]


def test_a_definition_jumps_with_its_state() -> None:
    sol = rl.solve(DOSES, np.linspace(0, 20, 5), outputs=["C"])
    ((x, y),) = lines(rl.plot(sol))
    when, low, high = vertical(x, y)
    assert when.tolist() == [0, 12]
    assert high - low == pytest.approx([5, 5])


def test_jumps_outside_of_what_is_drawn_stay_outside() -> None:
    ((x, _),) = lines(rl.plot(rl.solve(DOSES, 48).at([13, 20, 30])))
    assert x.tolist() == [13, 20, 24, 24, 30]


def test_a_line_ends_where_an_event_stopped_it() -> None:
    sol = rl.solve("dx/dt = 1; x(0) = 0; stop when x > 2.5", np.linspace(0, 4, 5))
    ((x, y),) = lines(rl.plot(sol))
    last = np.isfinite(y)
    assert (x[last][-1], y[last][-1]) == pytest.approx((2.5, 2.5))


def test_marks_are_at_outputs_only() -> None:
    ((x, _),) = lines(rl.plot(rl.solve(DOSES, [0, 6, 18]), marker="o"))
    assert x.tolist() == [0, 6, 18]
