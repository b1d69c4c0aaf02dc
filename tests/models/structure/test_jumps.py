"""Times at which an input jumps, found on the tape."""

import math

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.jumps import jumps
from ratelaw.models.language.read import read_model
from ratelaw.models.lower import lower
from ratelaw.models.system import FirstOrderSystem
from ratelaw.models.tape import Builder


def found(formula, **values):
    """Return first time, period and last time of each jump of a rate."""
    text = f"x' = {formula}; x(0) = 0; " + "; ".join(f"{n} = {v}" for n, v in values.items())
    system = lower(read_model(text))
    numbers = [values.get(n, 0.0) for n in system.parameters]
    assert not any(e.label for e in system.events)
    return [e.occasion and e.occasion(*numbers) for e in system.events]


@pytest.mark.parametrize(
    ("formula", "values", "expected"),
    [
        ("step(t - 5)", {}, [(5, 0, 5)]),
        ("if(t <= a, 1, 2)", {"a": 3}, [(3, 0, 3)]),
        ("if(2*t + 1 > a*b, 1, 2)", {"a": 3, "b": 5}, [(7, 0, 7)]),
        ("if(a < t/b, 1, 2)", {"a": 3, "b": 5}, [(15, 0, 15)]),
        ("sign(a - t)", {"a": 3}, [(3, 0, 3)]),
        ("pulse(t, a, 2)", {"a": 3}, [(3, 0, 3), (5, 0, 5)]),
        ("if(t > 1 and t < 3, 1, 0)", {}, [(1, 0, 1), (3, 0, 3)]),
        ("floor(t/a)", {"a": 7}, [(0, 7, math.inf)]),
        ("floor(0.5 - t/a)", {"a": 4}, [(2, 4, math.inf)]),
        ("ceil(t - a)", {"a": 0.25}, [(0.25, 1, math.inf)]),
        ("if(mod(t, 24) < 12, 1, 0)", {}, [(0, 24, math.inf), (12, 24, math.inf)]),
        ("if(mod(t - 2, P) < P/2, 1, 0)", {"P": 8}, [(2, 8, math.inf), (6, 8, math.inf)]),
        ("if(x < 1, 1, 2)", {}, []),
        ("if(x < t, 1, 2)", {}, []),
        ("if(a < 2, 1, 2)", {"a": 3}, []),
        ("sin(t)", {}, []),
        ("if(t < t, 1, 2)", {}, []),
        ("if(t - a < t, 1, 2)", {"a": 3}, []),
    ],
)
def test_a_jump_is_a_formula_of_parameters(formula, values, expected):
    assert found(formula, **values) == expected


@pytest.mark.parametrize(
    ("formula", "values"),
    [("if(a*t < 1, 1, 2)", {"a": 0}), ("if(mod(t, 24) < 30, 1, 0)", {})],
)
def test_what_never_jumps_has_no_valid_time(formula, values):
    assert found(formula, **values)[-1][2] == -math.inf


def test_other_jumps_are_triggers_one_each_way():
    system = lower(read_model("x' = if(sin(t) < a, 1, 0); x(0) = 0; a = 0"))
    first, second = (e.trigger(2.0, 0.0, 0.5, 0.0)[0] for e in system.events)
    assert (first, second) == (0.5 - math.sin(2), math.sin(2) - 0.5)


def test_a_floor_of_a_curve_turns_where_it_is_whole():
    system = lower(read_model("x' = floor(t^2); x(0) = 0"))
    values = [e.trigger(math.sqrt(2), 0.0, 0.0)[0] for e in system.events]
    assert values == pytest.approx([0, 0], abs=1e-14)


def test_one_jump_used_twice_is_one_event():
    assert len(found("step(t - 5) + 2*step(t - 5)")) == 1


def test_it_is_found_on_a_tape():
    builder = Builder(("t", "x", "p"))
    t, x, p = builder.inputs
    field = builder.finish([(t < p).apply("select", x, 2.0)])
    (event,) = jumps(FirstOrderSystem(("x",), ("p",), field, Builder(("p",)).finish([0.0])))
    assert event.occasion is not None
    assert event.occasion(4.0) == (4, 0, 4)


@pytest.mark.parametrize("method", ["auto", "reference:tsit5"])
def test_a_narrow_pulse_is_not_stepped_over(method):
    model = rl.model("x' = pulse(t, 500, 1e-3); x(0) = 0")
    sol = rl.solve(model, 1000, method=method)
    assert float(sol["x"][-1]) == pytest.approx(1e-3, rel=1e-9)


@pytest.mark.parametrize("method", ["auto", "reference:tsit5", "scipy:RK45"])
@pytest.mark.parametrize("formula", ["if(mod(t, 2) < 1, 1, 0)", "if(sin(pi*t) > 0, 1, 0)"])
def test_a_square_wave_is_integrated_exactly(formula, method):
    model = rl.model(f"x' = {formula}; x(0) = 0")
    sol = rl.solve(model, [0, 0.5, 1, 1.5, 2, 9], rtol=1e-3, method=method)
    np.testing.assert_allclose(sol["x"], [0, 0.5, 1, 1, 1, 5], atol=1e-9)
