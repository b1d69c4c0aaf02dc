"""What is handed over wrongly is told by an error of the house, which names the argument."""

import datetime
import decimal
from collections.abc import Callable

import numpy as np
import pytest

import ratelaw as rl
from ratelaw import calculus
from ratelaw.models.errors import InputError, RatelawError

NO_TEXT = [None, float("nan"), 3.5, True, 1j, b"x", [], {}, (), set(), object(), [None], np.ones(2),
           np.array([1, 2], dtype=object), int, datetime.timedelta(1), decimal.Decimal(3),
           np.timedelta64(3, "s"), slice(3)]  # fmt: skip
NO_NUMBER = [None, "", "x", 1j, [], {}, object(), [1.0, 2.0], 10**400, int, datetime.timedelta(1),
             np.timedelta64(3, "s"), np.ones((2, 2)), float("nan"), float("inf")]  # fmt: skip
NO_MAPPING = [float("nan"), 3, True, 1j, "x", b"x", [1], object(), np.ones(2), int, {1: 2}]

CUP = rl.model("dT/dt = -k*(T - T_s); T(0) = 90; k = 0.07; T_s = 21")
EXACT = rl.solve_exactly(CUP)

TEXT: dict[str, Callable[..., object]] = {
    "method": lambda v: rl.solve(CUP, 1, method=v),
    "device": lambda v: rl.solve(CUP, 1, device=v),
    "control": lambda v: rl.solve(CUP, 1, control=v),
    "dimension": lambda v: CUP.vary(v, {"k": [0.1, 0.2]}),
    "wrt": lambda v: calculus.total_derivative("x*y", {"x": "t"}, v),
    "layout": lambda v: calculus.jacobian(CUP, layout=v),
}
NAMES: dict[str, Callable[..., object]] = {
    "names": lambda v: calculus.gradient("x*y", v),
    "wrt": lambda v: calculus.jacobian(CUP, wrt=v),
    "outer": lambda v: calculus.chain_rule(v, {"u": "x"}, ["x"]),
}
FORMULA: dict[str, Callable[..., object]] = {
    "gradient": lambda v: calculus.gradient(v, ["x"]),
    "derivative": lambda v: calculus.derivative(v, "x"),
    "by": lambda v: calculus.derivative("x*y", v),
    "explain": lambda v: calculus.explain(v, "x"),
    "quotient": lambda v: calculus.difference_quotient(v, at=1),
    "sensitivities": lambda v: calculus.sensitivity_equations(v),
}
NUMBERS: dict[str, Callable[..., object]] = {
    "at": lambda v: calculus.difference_quotient("x^2", at=v),
    "Normal": lambda v: rl.Normal(v, 1.0),
    "LogNormal": lambda v: rl.LogNormal(v, 1.0),
    "log": lambda v: rl.fit(CUP, {"time": [0, 1], "T": [1, 2]}, free={"k": rl.log(v, 2.0)}),
}
WHOLE: dict[str, Callable[..., object]] = {
    "solve_exactly": lambda v: rl.solve_exactly(CUP, seed=v),
    "draw": lambda v: rl.draw(CUP, 3, seed=v, k=rl.Normal(0.07, 0.01)),
}
MAPPING: dict[str, Callable[..., object]] = {
    "columns": lambda v: CUP.vary("cup", v),
    "path": lambda v: calculus.total_derivative("x*y", v, "t"),
    "values": lambda v: EXACT(1.0, v),
}


@pytest.mark.parametrize("value", NO_TEXT, ids=lambda v: f"{v!r:.20}")
@pytest.mark.parametrize("argument", TEXT)
def test_what_is_no_text_is_told(argument: str, value: object) -> None:
    with pytest.raises(RatelawError, match=f"{argument}: got"):
        TEXT[argument](value)


@pytest.mark.parametrize("value", NO_TEXT, ids=lambda v: f"{v!r:.20}")
@pytest.mark.parametrize("argument", NAMES)
def test_what_is_no_names_is_told(argument: str, value: object) -> None:
    with pytest.raises(RatelawError, match=f"{argument}: got|no value|inner:"):
        NAMES[argument](value)


@pytest.mark.parametrize("value", NO_TEXT, ids=lambda v: f"{v!r:.20}")
@pytest.mark.parametrize("argument", FORMULA)
def test_what_is_no_formula_is_told(argument: str, value: object) -> None:
    with pytest.raises(RatelawError, match="got"):
        FORMULA[argument](value)


@pytest.mark.parametrize("value", NO_NUMBER, ids=lambda v: f"{v!r:.20}")
@pytest.mark.parametrize("argument", NUMBERS)
def test_what_is_no_number_is_told(argument: str, value: object) -> None:
    with pytest.raises(RatelawError, match=argument):
        NUMBERS[argument](value)


@pytest.mark.parametrize("value", NO_TEXT, ids=lambda v: f"{v!r:.20}")
@pytest.mark.parametrize("verb", WHOLE)
def test_what_is_no_seed_is_told(verb: str, value: object) -> None:
    with pytest.raises(RatelawError, match="seed: got"):
        WHOLE[verb](value)


@pytest.mark.parametrize(
    "time", [None, "", "x", 1j, {}, set(), object(), 10**400, int, np.timedelta64(3, "s")]
)
def test_what_is_no_time_of_a_closed_form_is_told(time: object) -> None:
    with pytest.raises(InputError, match="time: got"):
        EXACT(time)


@pytest.mark.parametrize("value", NO_MAPPING, ids=lambda v: f"{v!r:.20}")
@pytest.mark.parametrize("argument", MAPPING)
def test_what_tells_nothing_by_name_is_told(argument: str, value: object) -> None:
    with pytest.raises(RatelawError, match=f"{argument}: got"):
        MAPPING[argument](value)


def test_draws_beyond_all_doubles_are_told() -> None:
    with pytest.raises(InputError, match="k: LogNormal"):
        rl.draw(CUP, 10, seed=0, k=rl.LogNormal(1.7e308, 3.0))


@pytest.mark.parametrize("name", ["", "a\x00b"])
def test_a_file_whose_name_cannot_be_is_not_there(name: str) -> None:
    with pytest.raises(InputError, match="no file"):
        rl.fit(CUP, name, free={"k": (0.01, 1)})
