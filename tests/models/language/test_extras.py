"""Observables, events and bounds given beside a function or beside sympy's equations."""

import numpy as np
import pytest
import sympy as sp

import ratelaw as rl
from ratelaw.models.errors import InputError, SpecificationError, UnknownNameError

BALL = """
    dh/dt = v; dv/dt = -g; h(0) = 10; v(0) = 0; e = 0.8; g = 9.81 in [9, 10]
    observe: E = g*h + v^2/2
    when h < 0: v = -e*v
"""


def ball(t, h, v, *, e=0.8, g=9.81):
    return v, -g


START = {"h": 10, "v": 0}
GIVEN = {"events": ["when h < 0: v = -e*v"], "bounds": {"g": (9, 10)}}


@pytest.mark.parametrize("energy", ["g*h + v^2/2", lambda h, v, g: g * h + v**2 / 2])
def test_a_function_with_extras_is_the_model_of_the_text(energy) -> None:
    assert rl.model(ball, start=START, observe={"E": energy}, **GIVEN) == rl.model(BALL)


def test_the_decorator_takes_them_too() -> None:
    @rl.model(start=START, observe={"E": "g*h + v^2/2"}, **GIVEN)
    def decorated(t, h, v, *, e=0.8, g=9.81):
        return v, -g

    assert decorated == rl.model(BALL)


def test_equations_of_sympy_with_extras_are_the_model_of_the_text() -> None:
    t, g = sp.symbols("t g")
    h, v = sp.Function("h")(t), sp.Function("v")(t)
    model = rl.model(
        [sp.Eq(h.diff(t), v), sp.Eq(v.diff(t), -g)],
        start=START,
        values={"g": 9.81},
        observe={"E": "g*h + v^2/2"},
        events=["when h < 0: v = -g/10*v"],
        bounds={"g": (9, 10)},
    )
    assert model == rl.model(BALL.replace("e = 0.8;", "").replace("e*v", "g/10*v"))


def test_an_observable_may_be_of_an_array() -> None:
    model = rl.model(lambda t, x: -x, start={"x": [1, 2]}, observe={"total": lambda x: np.sum(x)})
    assert model == rl.model(
        "x[1]' = -x[1]; x[2]' = -x[2]; x[1](0) = 1; x[2](0) = 2; observe: total = x[1] + x[2]"
    )


@pytest.mark.parametrize(
    ("options", "kind", "problem"),
    [
        ({"events": ["when h < 0: e = 1"]}, SpecificationError, "e is a parameter, which no event"),
        ({"events": "when h = 0: v = 1"}, SpecificationError, "a condition compares with <, <=,"),
        ({"events": ["every tau: v = 0"]}, UnknownNameError, "no tau in this model; it has t, h,"),
        (
            {"observe": {"E": "m*h"}},
            UnknownNameError,
            "no m in this model; it has t, h, v,",
        ),
        (
            {"observe": {"E": lambda m: m}},
            UnknownNameError,
            "no m in this model; it has t, h, v,",
        ),
        (
            {"observe": {"E": 3}},
            InputError,
            "observe: E is 3; give a formula as text or",
        ),
        ({"bounds": {"G": (0, 1)}}, UnknownNameError, "bounds: no parameter G; there is e and g."),
        ({"bounds": {"g": (1, 0)}}, InputError, "bounds of g: got (1, 0); give the least and the"),
        ({"bounds": {"g": 1}}, InputError, "bounds of g: got 1; give the least and the largest"),
    ],
)
def test_what_does_not_fit_is_refused(options: dict, kind: type, problem: str) -> None:
    with pytest.raises(kind) as caught:
        rl.model(ball, start=START, **options)
    assert problem in str(caught.value)


def test_an_error_shows_the_statement_it_is_in() -> None:
    with pytest.raises(SpecificationError) as caught:
        rl.model(ball, start=START, events=["at t = 1: v = 0", "at t = -1: v = 0"])
    assert str(caught.value).split("\n") == [
        "line 1, column 8: the time -1 is before the start at 0",
        "    at t = -1: v = 0",
        "           ^",
    ]


@pytest.mark.parametrize("option", ["observe", "events", "bounds"])
def test_a_text_has_them_in_it(option: str) -> None:
    with pytest.raises(InputError, match=f"{option}: a text has these in it"):
        rl.model("dx/dt = -x", **{option: {"x": "1"}})


def test_a_part_is_a_model() -> None:
    with pytest.raises(InputError, match="parts: cup is 'dx/dt = -x'; give a model"):
        rl.model("a = cup()", parts={"cup": "dx/dt = -x"})
