"""Events of a model as values: what they become in its system, their units and their writing."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

import ratelaw as rl
from ratelaw.models.display import equations_text, to_latex
from ratelaw.models.errors import UnitError
from ratelaw.models.event_text import event_text
from ratelaw.models.language.read import read_expression
from ratelaw.models.lower import lower
from ratelaw.models.symbols import Action, Event
from ratelaw.models.system import SystemEvent
from ratelaw.models.tape import Builder, Tape, Value
from ratelaw.models.units.check import checked

BALL = rl.model(
    "dh/dt = v; dv/dt = -g; F = 2*h; h(0) = 10 [m]; v(0) = 0 [m/s]; g = 9.81 [m/s^2]; e = 0.8"
)


def tape(text: str) -> Tape:
    return read_expression(text)


def condition(*comparisons: tuple[str, str, str], joined: str = "min") -> Tape:
    """Return comparisons as one condition."""
    builder = Builder()

    def value(text: str) -> Value:
        read = read_expression(text)
        return builder.inline(read, [builder.input(n) for n in read.inputs])[0]

    parts = [value(a).apply(op, value(b)) for a, op, b in comparisons]
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.apply(joined, part)
    return builder.formula(whole)


def opposite(tape: Tape) -> Tape:
    builder = Builder(tape.inputs)
    return builder.finish([1.0 - builder.inline(tape, builder.inputs)[0]])


def lowered(event: Event) -> Sequence[SystemEvent]:
    return lower(replace(BALL, events=(event,))).events


def trigger(tape: Tape, h: float, v: float) -> float:
    (event,) = lowered(Event(condition=tape))
    assert event.trigger is not None
    return event.trigger(0.0, h, v, 9.81, 0.8, 10, 0)[0]


FALLS = condition(("h", "lt", "0"))
TOUCHES = condition(("h", "le", "0"))


def test_the_gap_of_a_comparison_is_positive_where_it_holds() -> None:
    assert [trigger(FALLS, h, 0) for h in (2, 0, -3)] == [-2, 0, 3]


def test_a_comparison_that_may_be_equal_holds_there() -> None:
    assert [trigger(TOUCHES, h, 0) for h in (2, -3)] == [-2, 3]
    assert 0 < trigger(TOUCHES, 0, 0) < 1e-20


@pytest.mark.parametrize(
    ("h", "v", "both", "either"), [(-1, -2, 1, 2), (-1, 3, -3, 1), (1, 2, -2, -1)]
)
def test_joined_conditions_have_the_smallest_or_largest_gap(
    h: float, v: float, both: float, either: float
) -> None:
    parts = ("h", "lt", "0"), ("v", "lt", "0")
    assert trigger(condition(*parts), h, v) == both
    assert trigger(condition(*parts, joined="max"), h, v) == either


def test_the_opposite_of_a_condition_holds_where_it_does_not() -> None:
    parts = ("h", "lt", "0"), ("v", "le", "0")
    neither = opposite(condition(*parts, joined="max"))
    for h in (-1.0, 0.0, 1.0):
        for v in (-1.0, 0.0, 1.0):
            assert (trigger(neither, h, v) > 0) == (not (h < 0 or v <= 0))


def test_a_condition_may_use_definitions() -> None:
    assert trigger(condition(("F", "lt", "h + 1")), 3, 0) == -2


def test_each_time_is_an_occasion() -> None:
    found = lowered(Event(times=(tape("5"), tape("g*e")), stop=True))
    occasions = [e.occasion for e in found]
    assert all(e.stops for e in found)
    assert [o(10, 0.5, 1, 1) for o in occasions if o] == [(5, 0, 5), (5, 0, 5)]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (Event(every=tape("g")), (0, 10, math.inf)),
        (Event(every=tape("g"), first=tape("e"), last=tape("3*g")), (0.5, 10, 30)),
    ],
)
def test_repeated_times_have_a_first_a_period_and_a_last(event: Event, expected: tuple) -> None:
    (found,) = lowered(event)
    assert found.occasion is not None
    assert found.occasion(10, 0.5, 1, 1) == expected


def test_a_reset_sets_some_states_and_leaves_the_others() -> None:
    (found,) = lowered(Event(condition=FALLS, actions=(Action("v", tape("-e*v + F")),)))
    assert found.reset is not None
    assert found.reset(1, 1, 3, -2, 9.81, 0.5, 10, 0) == (3, 7)


def test_what_is_only_noted_sets_nothing() -> None:
    (found,) = lowered(Event(condition=FALLS))
    assert (found.reset, found.stops, found.label) == (None, False, "when h < 0: note")


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (Event(condition=FALLS, actions=(Action("v", tape("-e*v")),)), "when h < 0: v = -e*v"),
        (Event(condition=TOUCHES, stop=True), "when h <= 0: stop"),
        (Event(times=(tape("5"), tape("2*e"))), "at t = 5, 2*e: note"),
        (Event(every=tape("g"), first=tape("1"), last=tape("9")), "every g from 1 to 9: note"),
        (Event(condition=opposite(FALLS)), "when not (h < 0): note"),
        (
            Event(condition=condition(("h", "lt", "0"), ("v", "lt", "0"), joined="max")),
            "when h < 0 or v < 0: note",
        ),
        (Event(condition=FALLS, text="when 0 > h: note"), "when 0 > h: note"),
    ],
)
def test_an_event_is_written_in_one_line(event: Event, text: str) -> None:
    assert event_text(event, "t") == text


def test_an_event_is_displayed_among_the_equations() -> None:
    event = Event(condition=TOUCHES, actions=(Action("v", tape("-e*v")),), stop=True)
    model = replace(BALL, events=(event,))
    assert "\n\nwhen h ≤ 0: v = -e·v, stop\n\n" in equations_text(model)
    assert (
        r"\text{ when } h \leq 0\text{:}\quad & v \leftarrow -e \, v,\; \text{ stop }"
        in to_latex(model)
    )
    assert r"\text{ when } h \leq 0" in model._repr_html_()


@pytest.mark.parametrize(
    "event",
    [
        Event(condition=condition(("h", "lt", "5"))),
        Event(condition=condition(("h", "lt", "v^2/g"))),
        Event(times=(tape("5"), tape("v/g"))),
        Event(condition=FALLS, actions=(Action("v", tape("3")), Action("h", tape("h + 1")))),
    ],
)
def test_a_number_alone_has_the_unit_it_needs(event: Event) -> None:
    assert checked(replace(BALL, events=(event,)), "").events == (event,)


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        (Event(condition=condition(("h", "lt", "v"))), "when h < v: note, in (h < v): left is m, "),
        (Event(condition=condition(("h", "lt", "2*v"))), "left is m, right is m/s"),
        (Event(times=(tape("g"),)), "at t = g: note: left is s, right is m/s"),
        (Event(every=tape("e")), "every e: note: left is s, right is a plain number"),
        (Event(condition=FALLS, actions=(Action("v", tape("2*h")),)), "v: left is m/s, right is m"),
        (Event(condition=FALLS, actions=(Action("v", tape("v + h")),)), "v, in v + h: left is m/s"),
    ],
)
def test_units_of_events_are_checked(event: Event, problem: str) -> None:
    with pytest.raises(UnitError) as caught:
        checked(replace(BALL, events=(event,)), "")
    assert problem in caught.value.problem
