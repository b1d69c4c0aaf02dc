"""The heat equation along a line: modes of a row of places and of a ring, of any size."""

import numpy as np
import pytest
from scipy.linalg import expm

from ratelaw.models.exact.linear.waves_on_line import Ends, modes_of
from ratelaw.models.exact.solve import solve_exactly

ENDS = {
    "held": Ends(),
    "closed on the left": Ends(left=True),
    "closed on the right": Ends(right=True),
    "closed": Ends(left=True, right=True),
    "a ring": Ends(ring=True),
}


def matrix(size: int, ends: Ends) -> np.ndarray:
    """Return the matrix of second differences."""
    whole = np.diag(np.ones(size - 1), 1) + np.diag(np.ones(size - 1), -1) - 2 * np.eye(size)
    whole[0, 0] += ends.left
    whole[-1, -1] += ends.right
    whole[0, -1] += ends.ring
    whole[-1, 0] += ends.ring
    return whole


def line(size: int, ends: Ends, source: str = "") -> str:
    """Return the equation as a model, with a symbol for the constant."""
    rows = [
        f"dy{i}/dt = D*({' + '.join(f'({v:g})*y{j}' for j, v in enumerate(row) if v)}){source};"
        f"y{i}(0) = {start(i)}"
        for i, row in enumerate(matrix(size, ends))
    ]
    return "; ".join([*rows, "D = 0.3", *(["h = 0.2"] if "h" in source else [])])


def start(i: int) -> float:
    """Return a start value."""
    return round(1.5 + np.cos(2.0 * i), 3)


@pytest.mark.parametrize("size", [4, 7])
@pytest.mark.parametrize("name", ENDS)
def test_modes_keep_their_form_and_are_perpendicular(name: str, size: int) -> None:
    modes = modes_of(size, ENDS[name])
    heights = np.array([[m.height(i) for i in range(1, size + 1)] for m in modes])
    weights = np.array([float(m.weight) for m in modes])
    np.testing.assert_allclose((heights * weights[:, None]) @ heights.T, np.eye(size), atol=1e-14)
    rates = np.array([-4 * np.sin(np.pi * float(m.turn) / 2) ** 2 for m in modes])
    found = heights @ matrix(size, ENDS[name])
    np.testing.assert_allclose(found, rates[:, None] * heights, atol=1e-13)


@pytest.mark.parametrize("name", ENDS)
def test_heat_along_a_line_is_the_exponential_of_its_matrix(name: str) -> None:
    size, ends = 12, ENDS[name]
    exact = solve_exactly(line(size, ends), budget=20)
    assert "sum(c_k*exp(r_k*t)*" in str(exact)
    begun = np.array([start(i) for i in range(size)])
    for time in (0.0, 0.4, 30.0):
        expected = expm(0.3 * time * matrix(size, ends)) @ begun
        np.testing.assert_allclose(list(exact(time).values()), expected, rtol=1e-12)


def test_what_is_fed_in_settles_where_it_is_lost_as_fast() -> None:
    size, ends = 5, Ends(right=True)
    exact = solve_exactly(line(size, ends, " + h"), budget=20)
    steady = np.linalg.solve(-0.3 * matrix(size, ends), np.full(size, 0.2))
    np.testing.assert_allclose(list(exact(2000.0).values()), steady, rtol=1e-12)


def test_the_sum_over_modes_is_written() -> None:
    text = str(solve_exactly(line(6, Ends()), budget=20)).splitlines()
    assert text == [
        "[y0(t), ..., y5(t)] = sum(c_k*exp(r_k*t)*sin(i*theta_k), k = 1..6)",
        "r_k = -4*D*sin(theta_k/2)^2",
        "theta_k = k*pi/7",
        "c_k = 2/7*sum([y0_0, ..., y5_0]_i*sin(i*theta_k), i = 1..6)",
    ]


def test_each_step_to_the_modes_is_checked() -> None:
    assert solve_exactly(line(6, Ends(ring=True)), budget=20).derivation.checked
