"""Whatever the model, whoever solves it: no crash, and a status for every trajectory."""

import numpy as np
import pytest
from hypothesis import given, settings
from strategies import model_texts

import ratelaw as rl
from ratelaw.models.errors import RefusalError
from ratelaw.models.language.read import read_model
from ratelaw.solvers.status import Status

PATHS = [
    "auto", "lanes:dop853", "lanes:rosenbrock23", "lanes:radau5", "reference:rodas4",
    "reference:radau5", "scipy:LSODA", "scipy:Radau",
]  # fmt: skip


def solved(model, path):
    """Return the trajectories, or None where the path says that it cannot."""
    try:
        sol = rl.solve(model, [0, 0.5, 1], method=path, max_steps=40, check=False)
    except RefusalError:
        return None
    return sol.trajectories


def test_a_jump_next_to_the_largest_number_is_beyond_the_end():
    model = rl.model("dx/dt = step(1.7976931348623157e308 - t); x(0) = 1")
    assert rl.solve(model, [0, 0.5, 1]).y[0] == pytest.approx([1, 1.5, 2])


def test_a_condition_whose_gap_is_infinite_has_no_summit():
    model = rl.model("""
        T(0) = 1.7976931348623157e+308; T'(0) = 5.472413927501234e+270; x(0) = 0.25
        T'' = if(if(not if(not 9.4e307 >= 1.5e308 or 2.0e307 < 8.46, T', 14) <= atan(3.8e16)
                 or 658 < 508, exp(822), max(1, 1e3)) < 18,
                 if(17 > 1 or t > 2, T, t), if(step(4) >= step(348), floor(T'), 13))
        dx/dt = if(min(4.309158032640985e16*T', 940 - 1.295221334641451e308) >= -77.8,
                   if(20 <= 1 and T' > 828, 2.6e16, 7.4e-117) - max(6.4e16, 3),
                   if(not 390 >= T and 1.3e308 > 16, 336, 47.8)/sin(4.789068114941928e215))
    """)
    sol = rl.solve(model, [0, 0.5, 1], max_steps=40, check=False)
    assert Status(sol.trajectories.status[0]) in Status


@pytest.mark.parametrize("path", PATHS)
@given(text=model_texts())
@settings(max_examples=4, deadline=None)
def test_any_model_ends_with_a_status_or_is_refused(path, text):
    model = read_model(text)
    values = {p.name: 0.5 for p in model.parameters if p.value is None}
    values |= {model.start_name(s.name): 0.25 for s in model.states if s.start is None}
    found = solved(model(values), path)
    assert path != "auto" or found is not None
    if found is not None:
        assert Status(found.status[0]) in Status
        assert np.isfinite(found.y[:, found.status == Status.SUCCESS]).all()
