"""Sensitivities through events, against what closed forms say."""

import math
from collections.abc import Sequence

import pytest

import ratelaw as rl
from ratelaw.models.language.read import read_expression
from ratelaw.models.lower import lower
from ratelaw.models.sensitivity import augment
from ratelaw.models.system import BEFORE, FirstOrderSystem, SystemEvent
from ratelaw.models.tape import Builder, Tape


def tape(inputs: Sequence[str], *formulas: str) -> Tape:
    """Return formulas as one tape over these inputs."""
    builder = Builder(inputs)
    read = [read_expression(f) for f in formulas]
    return builder.finish(builder.inline(f, [builder.input(n) for n in f.inputs])[0] for f in read)


def augmented(text: str, by: Sequence[str], label: str = "an event", **event: str | list[str]):
    """Return a model's system with one event and sensitivities; formulas of the event as text."""
    system = lower(rl.model(text))
    trigger, occasion, reset = (event.get(kind) for kind in ("trigger", "occasion", "reset"))
    names = system.vector_field.inputs
    happens = SystemEvent(
        label,
        tape(names, trigger) if trigger else None,
        tape(system.parameters, *occasion) if occasion else None,
        tape((BEFORE, *names), *reset) if reset else None,
    )
    return augment(
        FirstOrderSystem(
            system.states, system.parameters, system.vector_field, system.start, events=(happens,)
        ),
        by,
    )


def after(system: FirstOrderSystem, t: float, y: Sequence[float], p: Sequence[float]):
    (event,) = system.events
    assert event.reset is not None
    given = (math.nextafter(t, -math.inf), t, *y, *p)
    n_shifts = len(event.reset.inputs) - len(given)
    shift = event.shift(*given) if event.shift else [0.0] * n_shifts
    return event.reset(*given, *shift)


BALL = "dh/dt = v; dv/dt = -g; h(0) = h_0; v(0) = 0; g = 9.81; e = 0.8; h_0 = 10"
BOUNCE = {"trigger": "-h", "reset": ["h", "-e*v"]}


def flight(y: Sequence[float], g: float, time: float) -> list[float]:
    """Follow a ball and its derivatives by g, e and h_0 exactly."""
    moved = [[h + v * time, v] for h, v in zip(y[::2], y[1::2], strict=True)]
    moved[0] = [moved[0][0] - g * time**2 / 2, moved[0][1] - g * time]
    moved[1] = [moved[1][0] - time**2 / 2, moved[1][1] - time]
    return [x for pair in moved for x in pair]


def height(t: float, g: complex, e: complex, h_0: complex) -> complex:
    """Return the height of a bouncing ball, which falls from h_0, in closed form."""
    fall = (2 * h_0 / g) ** 0.5
    speed, since = g * fall * e, t - fall
    while (2 * speed / g).real < since.real:
        speed, since = speed * e, since - 2 * speed / g
    return speed * since - g * since**2 / 2


def test_a_bouncing_ball_has_the_derivatives_of_its_closed_form() -> None:
    g, e, h_0, end = 9.81, 0.8, 10.0, 8.0
    system = augmented(BALL, ["g", "e", "h_0"], **BOUNCE)
    y, t, fall = list(system.start(g, e, h_0, 0)), 0.0, math.sqrt(2 * h_0 / g)
    n_bounces = 0
    while t + fall < end:
        y, t = flight(y, g, fall), t + fall
        y = list(after(system, t, y, (g, e, h_0, 0)))
        fall, n_bounces = 2 * y[1] / g, n_bounces + 1
    y = flight(y, g, end - t)
    values = {"g": g, "e": e, "h_0": h_0}
    exact = [height(end, **{**values, n: v + 1e-30j}).imag / 1e-30 for n, v in values.items()]
    assert n_bounces == 4
    assert y[0] == pytest.approx(height(end, **values))
    assert y[2::2] == pytest.approx(exact, rel=1e-12)


def test_the_trigger_sees_the_larger_system() -> None:
    (event,) = augmented(BALL, ["g", "e"], **BOUNCE).events
    assert event.trigger is not None
    assert event.trigger(0.0, 2.0, 1, 0, 0, 0, 0, 9.81, 0.8, 10, 0) == (-2.0,)


DOSE = "dx/dt = -k*x; x(0) = 5; k = 0.3; D = 2; a = 4; P = 1.5"


def test_a_dose_at_a_parameter_time() -> None:
    k, dose, a = 0.3, 2.0, 4.0
    system = augmented(DOSE, ["k", "D", "a"], occasion=["a", "0", "a"], reset=["x + D"])
    left = 5 * math.exp(-k * a)
    found = after(system, a, [left, -a * left, 0, 0], [k, dose, a, 1.5, 5])
    assert found == pytest.approx([left + dose, -a * left, 1, k * dose])


@pytest.mark.parametrize("n", [0, 1, 7])
def test_repeated_doses_move_with_their_period(n: int) -> None:
    k, dose, a, period = 0.3, 2.0, 4.0, 1.5
    system = augmented(DOSE, ["a", "P"], occasion=["a", "P", "1e9"], reset=["x + D"])
    found = after(system, a + n * period, [1, 0, 0], [k, dose, a, period, 5])
    assert found == pytest.approx([1 + dose, k * dose, n * k * dose])


STEP = "dx/dt = if(t < a, 0, b) - k*x; x(0) = 1; a = 3; b = 2; k = 0.1"


@pytest.mark.parametrize("event", [{"trigger": "t - a"}, {"occasion": ["a", "0", "a"]}])
def test_the_jump_of_an_input_at_a_parameter_time(event: dict) -> None:
    # x = exp(-k*t) until a, then with b/k*(1 - exp(-k*(t - a))) in addition: at a, dx/da = -b.
    system = augmented(STEP, ["a", "b"], label="", **event)
    assert after(system, 3.0, [0.7, 0, 0], [3, 2, 0.1, 1]) == pytest.approx([0.7, -2, 0])


def test_the_jump_of_an_input_at_a_fixed_time_changes_nothing() -> None:
    (event,) = augmented(STEP, ["b", "k"], label="", occasion=["3", "0", "3"]).events
    assert event.reset is None


def test_what_is_only_noted_changes_nothing() -> None:
    (event,) = augmented(BALL, ["g"], trigger="h - 5*g").events
    assert event.reset is None


def test_a_trigger_may_move_with_time_and_parameters() -> None:
    # x = t meets a*t + c at T = c/(1 - a); after the reset x = t - T, so dx/dp = -dT/dp.
    a, c = 0.5, 2.0
    text = "dx/dt = 1; x(0) = 0; a = 0.5; c = 2"
    system = augmented(text, ["a", "c"], trigger="x - a*t - c", reset=["0"])
    t = c / (1 - a)
    found = after(system, t, [t, 0, 0], [a, c, 0])
    assert found == pytest.approx([0, -c / (1 - a) ** 2, -1 / (1 - a)])


def test_a_reset_may_depend_on_the_time_of_the_event() -> None:
    # From x = T^2 at T = a on, x = T^2 + b*(t - T): dx/da = 2*a - b.
    text = "dx/dt = b; x(0) = 0; a = 3; b = 2"
    system = augmented(text, ["a"], occasion=["a", "0", "a"], reset=["t^2"])
    assert after(system, 3.0, [6.0, 0.0], [3, 2, 0]) == pytest.approx([9, 4])
