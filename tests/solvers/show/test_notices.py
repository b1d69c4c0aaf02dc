"""What the reason of a solution says that its numbers do not show."""

import numpy as np
import pytest

import ratelaw as rl

SEVERAL, SMALL = "several solutions begin there", "below the absolute tolerance"


def reason(text, **options):
    return rl.solve(text, np.linspace(0, 1, 5), **options).reason


@pytest.mark.parametrize(
    "text",
    [
        "y' = 3*abs(y)^(2/3); y(0) = 0", "y' = 3*abs(y)^m; m = 2/3; y(0) = 0",
        "y' = 2*sqrt(y); y(0) = 0", "y' = -sqrt(abs(y)); y(0) = 0",
        "y' = sqrt(abs(1 - y^2)); y(0) = -1", "y' = 1e-8*abs(y)^0.9; y(0) = 0",
        "y'' = sqrt(abs(y)); y(0) = 0; y'(0) = 0", "z' = -z; z(0) = 1; y' = sqrt(y); y(0) = 0",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["auto", "scipy:RK45"])
def test_a_start_at_which_several_solutions_begin_is_told(text, method):
    said = reason(text, method=method)
    assert SEVERAL in said
    assert "in others y may leave" in said


@pytest.mark.parametrize(
    "text",
    [
        "y' = -k*sqrt(y); y(0) = 0; k = 1", "y' = 1 - sqrt(y); y(0) = 0", "y' = y^1.5; y(0) = 0",
        "y' = 3*abs(y)^(2/3); y(0) = 1", "y' = -sign(y)*sqrt(abs(y)); y(0) = 0",
        "y'' = -sign(y)*sqrt(abs(y)); y(0) = 0; y'(0) = 0", "y' = abs(y); y(0) = 0",
        "y' = y*sqrt(a); y(0) = 0; a = 0",
    ],
)  # fmt: skip
def test_of_a_start_with_one_solution_nothing_is_said(text):
    assert SEVERAL not in reason(text)


def test_one_member_of_a_batch_is_enough():
    model = rl.model("y' = 3*abs(y)^(2/3); y(0) = 1")
    assert SEVERAL in rl.solve(model({"y(0)": [2.0, 0.0]}), 1).reason
    assert SEVERAL not in rl.solve(model({"y(0)": [2.0, 1.0]}), 1).reason


def test_a_state_below_its_tolerance_is_told():
    text = "a' = -k*a; b' = k*a; c' = 0; a(0) = 1e-20; b(0) = 0; c(0) = 0; z' = -z; z(0) = 1; k = 2"
    said = reason(text)
    assert f"a and b are {SMALL} at all of these times" in said
    assert "atol={'a': 1e-26}" in said
    assert SMALL not in reason(text, atol={"a": 1e-26, "b": 1e-26})
    assert SMALL not in reason(text, method="exact")
    assert SMALL not in reason(text.replace("1e-20", "1"))


def test_nothing_is_looked_for_unless_it_is_asked(monkeypatch):
    def refused(*_, **__):
        raise AssertionError("looked for")

    monkeypatch.setattr("ratelaw.solvers.solution.notices", refused)
    sol = rl.solve("y' = -y; y(0) = 1", 1)
    assert sol["y"].values[-1] == pytest.approx(np.exp(-1))
    with pytest.raises(AssertionError, match="looked for"):
        sol.reason  # noqa: B018
