"""Events in the language of models: what is read, printed back, and told of slips."""

from dataclasses import replace

import pytest

import ratelaw as rl
from ratelaw.models.errors import SpecificationError, UnitError
from ratelaw.models.event_text import event_text
from ratelaw.models.lower import lower
from ratelaw.models.symbols import Event

BALL = """
dh/dt = v
dv/dt = -g
F = k*h
h(0) = 10; v(0) = 0; g = 9.81; e = 0.8; k = 1
"""
LINE = BALL.count("\n") + 1


def event(text: str) -> Event:
    (found,) = rl.model(BALL + text).events
    return found


def sets(found: Event) -> dict[str, tuple[str, ...]]:
    return {a.state: a.formula.inputs for a in found.actions}


def test_a_condition_and_what_is_set() -> None:
    found = event("when h < 0: v = -e*v, h = 0")
    assert found.condition is not None
    assert [found.condition(h)[0] for h in (-1, 0, 1)] == [1, 0, 0]
    assert sets(found) == {"v": ("e", "v"), "h": ()}
    assert not found.stop


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("h < 0 and v < 0", {(-1, -1)}),
        ("h < 0 or v < 0", {(-1, -1), (-1, 1), (1, -1)}),
        ("not (h < 0 or v < 0)", {(1, 1)}),
        ("h > 0 and (v >= 1 or v < -5)", {(1, 1)}),
    ],
)
def test_conditions_are_joined(condition: str, holds: set) -> None:
    found = event(f"when {condition}: note").condition
    assert found is not None
    values = {"h": 0, "v": 1}
    order = [values[n] for n in found.inputs]
    every = [(h, v) for h in (-1, 1) for v in (-1, 1)]
    assert {p for p in every if found(*(p[i] for i in order))[0]} == holds


@pytest.mark.parametrize(
    ("sign", "value"), [("=", 3), ("+=", 13), ("-=", 7), ("*=", 30), ("/=", 10 / 3)]
)
def test_a_state_is_set_or_changed(sign: str, value: float) -> None:
    (action,) = event(f"at t = 1: v {sign} 3").actions
    assert action.formula(*[10] * len(action.formula.inputs)) == (value,)


def test_times_are_formulas_of_parameters() -> None:
    found = event("at t = 5, 10, 2*F_0: note\nF_0 = k*g")
    assert [tape.inputs for tape in found.times] == [(), (), ("F_0",)]


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("every 24: note", (24, None, None)),
        ("every 24 from 1: note", (24, 1, None)),
        ("every 24 to 96: note", (24, None, 96)),
        ("every 24 from 1 to 96: note", (24, 1, 96)),
    ],
)
def test_times_that_come_back(text: str, given: tuple) -> None:
    found = event(text)
    assert tuple(t and t()[0] for t in (found.every, found.first, found.last)) == given


@pytest.mark.parametrize(
    "text", ["stop when h < 0", "stop at t = 5", "when h < 0: stop", "at 5: v = 0, stop"]
)
def test_an_event_may_stop(text: str) -> None:
    assert event(text).stop


def test_an_event_is_as_a_person_wrote_it() -> None:
    found = event("when (h + v < 0  or\n (v<0 and h>1)):  stop   # it is enough")
    assert found.text == "when (h + v < 0 or (v<0 and h>1)): stop"
    assert found.note == "it is enough"
    assert found.place.line == LINE


@pytest.mark.parametrize("name", ["when", "at", "every", "stop", "note", "from", "to"])
def test_the_words_of_events_are_ordinary_names_too(name: str) -> None:
    model = rl.model(
        f"d{name}/dt = -k*{name}\n{name}(0) = 1\nk = 2\nevery k from 1 to k^2: {name} = 0"
    )
    again = rl.model(f"{name} = 3\nx' = {name}*x\nwhen x > {name}: x = {name}/{name}")
    assert model.events[0].actions[0].state == name
    assert rl.model(model.text) == model
    assert rl.model(again.text) == again


def test_a_derivative_may_be_set() -> None:
    model = rl.model("x'' = -9.81; x(0) = 1; x'(0) = 0; when x < 0: x' = -0.8*x'")
    assert [a.state for a in model.events[0].actions] == ["x'"]
    assert rl.model(model.text) == model


def test_an_event_may_run_over_a_vector() -> None:
    model = rl.model("""
        x[i]' = -x[i] for i in 1..3
        x[i](0) = i for i in 1..3
        when x[i] < 1: x[i] = 2*i for i in 2..3
    """)
    assert [e.actions[0].state for e in model.events] == ["x[2]", "x[3]"]
    assert "when x[3] < 1: x[3] = 6" in model.text
    assert rl.model(model.text) == model


def test_a_name_that_only_an_event_mentions_is_a_parameter() -> None:
    model = rl.model(BALL + "every tau: v += kick")
    assert [p.name for p in model.parameters if p.value is None] == ["tau", "kick"]


@pytest.mark.parametrize(
    "text",
    [
        "when h < 0: v = -e*v",
        "when h <= 0 and not v > 1 or h < -5: v *= 2, h = 0, stop",
        "at t = 5, k*2: v += 100",
        "every k from 0 to 9*k: v -= 1",
        "stop when F < 1",
        "at 3: note; at 4: stop",
    ],
)
def test_what_is_printed_reads_back_to_an_equal_model(text: str) -> None:
    model = rl.model(BALL + text)
    assert rl.model(model.text) == model


@pytest.mark.parametrize(
    "condition", [" and ".join(["h < 0"] * 3000), f"{'(' * 3000}h < 0{')' * 3000}"]
)
def test_no_condition_is_too_deep(condition: str) -> None:
    model = rl.model(f"{BALL}when {condition}: v = {'-' * 3000}v")
    (found,) = lower(model).events
    (bare,) = (replace(e, text="") for e in model.events)
    assert found.label.startswith("when ")
    assert event_text(bare, "t").startswith("when h < 0")


SLIPS = [
    ("when h = 0: v = 1", 8, "a condition compares with <, <=, > or >=: when x < 0: …"),
    ("when h == 0: v = 1", 8, "== holds for a moment only: compare with <, <=, > or >="),
    ("when h: v = 1", 6, "a condition compares: when x < 1 and y > 2: …"),
    ("when h and v < 1: v = 1", 6, "a condition compares: when x < 1 and y > 2: …"),
    ("when 0 < h < 1: v = 1", 12, "one comparison at a time: 0 < x and x < 1"),
    ("when: v = 1", 5, "something is missing: when x < 0: …"),
    ("when h < 0", 1, "what happens then? Write : x = 0, or : stop, or : note"),
    ("when h < 0 v = 1", 12, "a colon is missing: when x < 0: …"),
    ("when h < 0:", 12, "an event sets a state: v = 0, or v += 1; or writes stop, or note"),
    ("when h < 0: v", 14, "an event sets a state: v = 0, or v += 1; or writes stop, or note"),
    ("when h < 0: v + 1", 15, "an event sets a state: v = 0, or v += 1; or writes stop, or note"),
    ("when h < 0: f(v)", 14, "an event sets a state: v = 0, or v += 1; or writes stop, or note"),
    ("when h < 0: v = 1: h = 2", 18, "an event has one colon; what is set is separated by commas"),
    ("when h < 0: v = 1 h = 2", 19, "a new statement begins on a new line, or after a ;"),
    ("when h < 0: v = 1 [m]", 19, "a number set by an event has the unit of the state; leave"),
    ("when h < 0: v = e v", 19, "two names side by side; write e*v"),
    ("when h < 0: v = 1, v = 2", 20, "v is set twice; all formulas see the values before the"),
    (
        "when h < 0: k = 1",
        13,
        "k is a parameter, which no event changes; make it a state: d",
    ),
    ("when h < 0: K = 1", 13, "no K in this model; an event sets a state: h and v."),
    (
        "when h < q: q = 1",
        13,
        "q is a parameter, which no event changes; make it a state: d",
    ),
    ("when h < 0: F = 1", 13, "F is given by a formula, which no event changes; make it a state:"),
    ("when h < 0: t = 1", 13, "t is the time, which no event sets"),
    (
        "when h < 0: v' = 1",
        13,
        "no v' in this model; an event sets a state: h and v. Did you",
    ),
    ("when h < 0 & v < 0: v = 1", 12, "unexpected character '&': conditions are joined with and"),
    ("if h < 0: v = 1", 4, "an event is written when x < 0: v = -v"),
    ("whenever h < 0: v = 1", 10, "an event is written when x < 0: v = -v"),
    ("stop", 5, "write stop when x < 0, or when x < 0: stop"),
    ("stop if h < 0", 6, "write stop when x < 0, or when x < 0: stop"),
    ("at : v = 1", 4, "something is missing: at t = 5, 10: …"),
    ("at t = 5,: v = 1", 10, "something is missing: at t = 5, 10: …"),
    ("at t = 5 v = 2", 10, "a colon is missing: at t = 5, 10: …"),
    ("at s = 4: v = 1", 4, "the time is called t here: at t = …"),
    ("at t = -5: v = 0", 8, "the time -5 is before the start at 0"),
    (
        "at t = h: v = 1",
        8,
        "the times of an event are formulas of numbers and",
    ),
    (
        "at t = F: v = 1",
        8,
        "the times of an event are formulas of numbers and",
    ),
    ("every 0: v = 0", 7, "the time from one to the next must be positive, got 0"),
    ("every -k: v = 0; every -3: v = 0", 24, "the time from one to the next must be positive, got"),
    (
        "every t: v = 0",
        7,
        "the times of an event are formulas of numbers and",
    ),
    ("every 5 from 10 to 4: v = 0", 20, "this ends at 4, before it begins at 10"),
    ("every 5 to: v = 1", 11, "something is missing: every 24 from 0 to 96: …"),
    ("every 24 until 96: v = 0", 10, "write every 24 from 0 to 96: …"),
    ("k: 3", 2, "a value is given with =, as in k = 0.1"),
]


@pytest.mark.parametrize(("text", "column", "problem"), SLIPS)
def test_a_slip_is_answered_with_its_place(text: str, column: int, problem: str) -> None:
    with pytest.raises(SpecificationError) as caught:
        rl.model(BALL + text)
    assert caught.value.problem.startswith(problem)
    assert (caught.value.line, caught.value.column) == (LINE, column)


def test_units_that_disagree_are_shown_with_their_place() -> None:
    text = "dh/dt = v; dv/dt = -g; h(0) = 1 [m]; v(0) = 0 [m/s]; g = 9.81 [m/s^2]\n"
    with pytest.raises(UnitError, match="v: left is m/s, right is m") as caught:
        rl.model(text + "when h < 5: v = 2*h")
    assert (caught.value.line, caught.value.column) == (2, 13)


def test_doses_are_solved_to_their_closed_form() -> None:
    model = rl.model("dx/dt = -k*x; x(0) = 0; k = 0.1; every P from 0 to 48: x += 5; P = 24")
    sol = rl.solve(model, 60, rtol=1e-9)
    assert [float(t) for t in sol.events["time"]] == [0, 24, 48]
    left = 2.718281828459045 ** (-0.1 * 24)
    expected = 5 * (1 + left + left**2) * 2.718281828459045 ** (-0.1 * 12)
    assert float(sol["x"][-1]) == pytest.approx(expected, rel=1e-7)
