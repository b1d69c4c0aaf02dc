"""Models used inside a model, under a name."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.display import to_latex
from ratelaw.models.errors import InputError, MissingValueError, SpecificationError, UnitError

TWO_MUGS = """
    red  = cooling(k = 0.05, T_s = blue.T)
    blue = cooling(k = 0.02, T_s = red.T)
    red.T(0)  = 80
    blue.T(0) = 20
    gap = red.T - blue.T
    stop when gap < 1
"""
FLAT = """\
red.T' = -red.k*(red.T - red.T_s)
blue.T' = -blue.k*(blue.T - blue.T_s)
red.T_s = blue.T [degC]
blue.T_s = red.T [degC]
gap = red.T - blue.T [degC]
stop when gap < 1
red.T(0) = 80 [degC]
blue.T(0) = 20 [degC]
red.k = 0.05 [1/min]
blue.k = 0.02 [1/min]"""


def test_two_mugs_in_six_lines_are_printed_as_flat_equations() -> None:
    assert rl.model(TWO_MUGS).text == FLAT


def test_what_is_printed_reads_back_to_an_equal_model() -> None:
    model = rl.model(TWO_MUGS)
    assert rl.model(FLAT) == model
    assert model.time_unit == "min"


def test_names_with_dots_go_through_everything() -> None:
    model = rl.model(TWO_MUGS.replace("stop when gap < 1", ""))
    sol = rl.solve(model({"red.k": [0.05, 0.5], "blue.T(0)": 10}), 40, rtol=1e-9)
    assert sol["red.T"].dims == ("red.k", "time")
    slow = 70 * np.exp(-(0.05 + 0.02) * 40)  # the gap goes by itself
    found = (sol["red.T"] - sol["blue.T"]).sel({"red.k": 0.05})
    assert float(found[-1]) == pytest.approx(slow, rel=1e-6)
    assert r"\mathrm{red}.T_{s}" in to_latex(model)


def test_a_sensitivity_is_named_with_its_part() -> None:
    model = rl.model("mug = cooling()")
    sol = rl.solve(model, 10, sensitivities=["mug.k"], rtol=1e-9)
    expected = -10 * (90 - 21) * np.exp(-0.7)
    assert float(sol.gradient("mug.T", "mug.k")[-1]) == pytest.approx(expected, rel=1e-6)


def test_a_part_may_be_a_model_of_ones_own() -> None:
    tank = rl.model("""
        dV/dt = inflow - drain
        drain = a*V
        V(0) = V_0
        inflow = 1;  a = 0.5;  V_0 = 3
        when V > 5: V = 0
    """)
    model = rl.model(
        "up = tank(); down = tank(inflow = up.drain, a = 2*up.a)", parts={"tank": tank}
    )
    assert model.text.split("\n")[:2] == [
        "up.V' = up.inflow - up.drain",
        "down.V' = down.inflow - down.drain",
    ]
    assert "when 5 < down.V: down.V = 0" in model.text
    order = [d.name for d in model.definitions]
    assert order.index("up.drain") < order.index("down.inflow")
    assert rl.model(model.text) == model


def test_a_part_may_have_parts() -> None:
    pair = rl.model(TWO_MUGS)
    model = rl.model("x = pair(); y = pair(); y.red.T(0) = 70", parts={"pair": pair})
    assert [s.name for s in model.states] == ["x.red.T", "x.blue.T", "y.red.T", "y.blue.T"]
    assert model.values["y.red.T(0)"] == 70


def test_a_part_stands_beside_equations_and_events() -> None:
    model = rl.model(
        """
        room' = -0.001*(room - mug.T)
        mug = cooling(T_s = room)
        room(0) = 20 [degC]
        when mug.T < 40: mug.T = 90
        c = 0.001 [1/min]
    """.replace("-0.001*", "-c*")
    )
    assert [s.name for s in model.states] == ["room", "mug.T"]
    assert rl.model(model.text) == model


def test_the_time_of_a_part_is_that_of_the_whole() -> None:
    model = rl.model("dx/ds = -mug.T; mug = ticking(); x(0) = 1", parts={
        "ticking": rl.model("dT/dt = -t; T(0) = 1")
    })  # fmt: skip
    assert model.time == "s"
    assert model.states[1].rate.inputs == ("s",)


def test_a_parameter_of_a_part_without_a_value_is_asked_for() -> None:
    model = rl.model("a = decay()", parts={"decay": rl.model("dx/dt = -k*x; x(0) = 1")})
    with pytest.raises(MissingValueError, match=r"a\.k has no value; give one: model\(\{'a\.k': 0"):
        rl.solve(model, 1)


SLIPS = [
    ("mug = coolin(k = 1)", 1, 7, "no model is called coolin: parts are models of the library, or"),
    (
        "mug = cooling(K = 1)",
        1,
        15,
        "cooling has no parameter K; it has k and T_s. Did you mean",
    ),
    ("mug = cooling(T = 1)", 1, 15, "T is a state of cooling; its start value is mug.T(0) = …"),
    ("mug = cooling(0.05)", 1, 7, "cooling is a model; what it is given has names: cooling(… = …)"),
    ("mug = cooling(k = 1, k = 2)", 1, 22, "k was already given; keep one"),
    ("mug = cooling(); mug = cooling()", 1, 18, "mug was already given; keep one"),
    ("mug = cooling(k = 1)\nmug.k = 2", 2, 1, "mug.k was already given in line 1; keep one"),
    ("mug = cooling()\nx = mug.q*mug.T", 2, 5, "no mug.q in this model; mug has mug.T, mug.k and"),
    ("mug = cooling()\nx = mag.T", 2, 5, "mag is no part of this model: a part is written mag = "),
    ("mug = cooling()\nmug.F = 3", 2, 1, "no mug.F in this model; mug has mug.T, "),
    ("mug = cooling()\nmug.T = 3", 2, 1, "mug.T has its equation in mug; its start value is mug.T"),
    ("mug = cooling()\nmug.T' = 3", 2, 1, "mug.T has its equation in mug; its start value is"),
    ("mug = cooling()\nmug = 3", 2, 1, "mug is a part; call this something else"),
    ("mug = cooling()\nmug.S(0) = 3", 2, 1, "mug.S has a start value but no equation"),
    ("mug = cooling()\nmug.T(1) = 3", 1, 1, "mug starts at 0, this model at 1; use one start"),
    ("a = cooling(k = b.k)\nb = cooling(k = a.k)", 1, 13, "a.k is defined by way of itself"),
    ("mug = cooling()\nwhen mug.T < 1: mug.k = 3", 2, 17, "mug.k is a parameter, which no event"),
]


@pytest.mark.parametrize(("text", "line", "column", "problem"), SLIPS)
def test_a_slip_is_answered_with_its_place(text: str, line: int, column: int, problem: str) -> None:
    with pytest.raises(SpecificationError) as caught:
        rl.model(text)
    assert caught.value.problem.startswith(problem)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("mug = cooling(T_s = room); room = 20", "mug.T_s: left is degC, right is a plain number"),
        ("mug = cooling(k = 1 [s])", "mug.T/dt: left is degC/"),
    ],
)
def test_units_of_parts_are_checked(text: str, problem: str) -> None:
    with pytest.raises(UnitError, match="line 1, column") as caught:
        rl.model(text)
    assert problem in caught.value.problem


def test_only_a_text_has_parts() -> None:
    with pytest.raises(InputError, match="parts: only a text has parts"):
        rl.model(lambda t, x: -x, start={"x": 1}, parts={})
