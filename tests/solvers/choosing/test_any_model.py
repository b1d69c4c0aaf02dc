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
