"""The library of models: each one documented, readable, consistent, and right at its reference."""

import copy
import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import ratelaw as rl
from ratelaw.models.errors import UnknownNameError
from ratelaw.models.library import LIBRARY, SHELF
from ratelaw.models.lower import lower, require_values
from ratelaw.models.published import FIELDS, Library, PublishedModel
from ratelaw.models.shelf import Shelf
from ratelaw.models.system import FirstOrderSystem, SystemEvent


@pytest.fixture(params=SHELF.names())
def entry(request: pytest.FixtureRequest) -> PublishedModel:
    return LIBRARY.entry(request.param)


def end_state(model: rl.Model, time: float) -> dict[str, float]:
    """Integrate a model's tapes from event to event by a method of others, that also finds them."""
    system = lower(model)
    p = [model.values[name] for name in system.parameters]
    y, t = np.array(system.start(*p)), system.t0
    for due, event in [*schedule(system, p, time), (time, None)]:
        while t < due:
            t, y, triggered = integrated(system, p, y, (t, due))
            y = after(triggered, t, y, p)
        y = after(event, due, y, p)
    return dict(zip(system.states, y, strict=True))


def after(event: SystemEvent | None, t: float, y: np.ndarray, p: Sequence[float]) -> np.ndarray:
    """Return the states after an event, if there is one."""
    if event is None or event.reset is None:
        return y
    return np.array(event.reset(np.nextafter(t, -np.inf), t, *y, *p))


def schedule(
    system: FirstOrderSystem, p: Sequence[float], end: float
) -> list[tuple[float, SystemEvent]]:
    """Return all that falls due at known times until some time, in order."""
    due: list[tuple[float, SystemEvent]] = []
    for event in system.events:
        if event.occasion is None:
            continue
        first, period, last = event.occasion(*p)
        times = [first] if not period else np.arange(first, min(last, end) + period / 2, period)
        due += [(float(t), event) for t in times if system.t0 <= t <= end]
    return sorted(due, key=lambda d: d[0])


def integrated(
    system: FirstOrderSystem, p: Sequence[float], y: np.ndarray, span: tuple[float, float]
) -> tuple[float, np.ndarray, SystemEvent | None]:
    """Return when and where a trajectory ends, and what was triggered there, if anything was."""
    triggered = [event for event in system.events if event.trigger is not None]
    solution = solve_ivp(
        lambda t, y: system.vector_field(t, *y, *p),
        span,
        y,
        method="LSODA",
        rtol=1e-11,
        atol=1e-14,
        events=[turning(event, p) for event in triggered],
    )
    assert solution.success
    for event, times in zip(triggered, solution.t_events, strict=True):
        if times.size:
            return float(solution.t[-1]), solution.y[:, -1], event
    return span[1], solution.y[:, -1], None


def turning(event: SystemEvent, p: Sequence[float]) -> Callable[[float, np.ndarray], float]:
    """Return the trigger of an event as scipy takes it: a function that ends when it turns."""

    def trigger(t: float, y: np.ndarray) -> float:
        assert event.trigger is not None
        return event.trigger(t, *y, *p)[0]

    trigger.terminal, trigger.direction = True, 1
    return trigger


@pytest.mark.parametrize("field", ["title", "source", "look"])
def test_an_entry_says_what_it_is(entry: PublishedModel, field: str) -> None:
    assert getattr(entry, field).strip()


def test_an_entry_belongs_to_a_field(entry: PublishedModel) -> None:
    assert entry.field in FIELDS


def test_a_field_has_several_models() -> None:
    fields = Counter(LIBRARY.entry(name).field for name in LIBRARY)
    assert len(LIBRARY) >= 40
    assert min(fields[field] for field in FIELDS) >= 4


def test_a_source_has_a_year(entry: PublishedModel) -> None:
    assert re.search(r"\b(1[6-9]|20)\d\d\b", entry.source)


def test_what_to_look_at_is_one_sentence(entry: PublishedModel) -> None:
    assert re.fullmatch(r"[A-Z][^\n]*\.", entry.look)
    assert ". " not in entry.look


def test_a_model_carries_its_title_and_source(entry: PublishedModel) -> None:
    assert (entry.model.title, entry.model.source) == (entry.title, entry.source)


def test_a_model_is_ready_to_run(entry: PublishedModel) -> None:
    require_values(entry.model)
    assert lower(entry.model).states == tuple(s.name for s in entry.model.states)


def test_a_model_prints_as_text_that_reads_back(entry: PublishedModel) -> None:
    assert rl.model(entry.model.text) == entry.model


def test_units_imply_a_unit_of_time(entry: PublishedModel) -> None:
    assert bool(entry.model.time_unit) == any(entry.model.units.values())


def test_a_reference_names_every_state(entry: PublishedModel) -> None:
    assert set(entry.reference.values) == {s.name for s in entry.model.states}
    assert entry.reference.how


def test_a_reference_is_reproduced_by_other_means(entry: PublishedModel) -> None:
    found = end_state(entry.model, entry.reference.time)
    assert found == pytest.approx(dict(entry.reference.values), rel=1e-7, abs=0)


def test_a_model_is_an_attribute_and_an_item() -> None:
    assert rl.library.cooling is rl.library["cooling"] is LIBRARY.entry("cooling").model


def test_the_cooling_law_is_that_of_the_first_sample() -> None:
    sample = rl.model("""
        dT/dt = -k*(T - T_s)     # Newton's law of cooling
        T(0)  = 90   [degC]
        k     = 0.07 [1/min]
        T_s   = 21   [degC]
    """)
    assert rl.library.cooling == sample


def test_the_mug_starts_as_warm_as_its_surroundings() -> None:
    system = lower(rl.library.two_body_cooling)
    assert system.parameters == ("a", "b", "h", "T_s", "T(0)")
    assert system.start(0.1, 0.1, 0.1, 5.0, 80.0) == (80.0, 5.0)


def test_the_equilibrium_of_hares_and_foxes_is_in_sight() -> None:
    k = rl.library.lotka_volterra.values
    assert 0 < k["gamma"] / k["delta"] < 60
    assert 0 < k["alpha"] / k["beta"] < 40


def test_an_unknown_attribute_is_answered_with_a_guess() -> None:
    with pytest.raises(AttributeError, match=r"cooling, .*\. Did you mean lorenz\?"):
        _ = rl.library.lorentz


def test_an_unknown_item_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnknownNameError, match="no library model is called 'no_such'; there are"):
        rl.library["no_such"]


def test_models_are_completed_by_the_shell() -> None:
    assert set(SHELF.names()) <= set(dir(rl.library))


def test_listing_reads_no_model() -> None:
    unreadable = Library(Shelf("ratelaw.models.library", "NO_SUCH_ATTRIBUTE", "library model"))
    assert list(unreadable) == list(rl.library)
    assert len(unreadable) == len(rl.library)
    assert "lorenz" in unreadable
    assert "lorenz" in dir(unreadable)


def test_the_library_prints_names_and_titles() -> None:
    lines = repr(rl.library).splitlines()
    assert len(lines) == len(rl.library)
    assert any(re.fullmatch("cooling  +Newton's law of cooling", line) for line in lines)


def test_the_library_can_be_copied() -> None:
    assert list(copy.copy(rl.library)) == list(rl.library)
