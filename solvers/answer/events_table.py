"""The table of what happened on the way: when, by which rule, the states before and after."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from ...models.errors import grouped
from ...models.lazy import load
from ..event_log import EventLog
from ..problem import InitialValueProblem


def events_table(
    problem: InitialValueProblem, log: EventLog | None, states: tuple[str, ...]
) -> Any:
    """Return what happened as a pandas.DataFrame, one row per event and member, in order of time.

    Columns are the batch dimensions, ``time``, ``rule`` (the event as it was written), and for each
    state its value before and after. ``attrs["units"]`` has the units by name.
    """
    log = EventLog.empty(len(states)) if log is None else log
    labels = problem.labels
    places = np.unravel_index(log.member, labels.shape) if labels.shape else ()
    columns: dict[str, Any] = {
        name: values[place] for (name, values), place in zip(labels.dimensions, places, strict=True)
    }
    columns["time"] = log.time
    rules = np.array([event.label for event in problem.system.events], dtype=object)
    columns["rule"] = rules[log.event]
    for name, before, after in zip(states, log.before, log.after, strict=False):
        columns |= {f"{name} before": before, f"{name} after": after}
    table = load("pandas").DataFrame(columns)
    units = {"time": labels.time_unit, **{name: labels.units.get(name, "") for name in states}}
    table.attrs["units"] = {name: unit for name, unit in units.items() if unit}
    return table


def counted(problem: InitialValueProblem, log: EventLog | None) -> list[str]:
    """Return how often each rule has applied, in words, one line each in the order written."""
    found: Counter[int] = Counter(log.event.tolist() if log else [])
    return [
        f"{grouped(found[e])} x {event.label}"
        for e, event in enumerate(problem.system.events)
        if found[e]
    ]
