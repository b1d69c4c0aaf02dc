"""From what a model says of events to the events of its system: triggers, occasions and resets."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from .event_text import event_text
from .gaps import Names, gap
from .model import Model
from .symbols import Action, Event
from .system import BEFORE, SystemEvent
from .tape import Builder, Tape, Value

NamesIn = Callable[[Model, Builder], Names]


def lower_events(
    model: Model, states: Sequence[str], parameters: Sequence[str], names_in: NamesIn
) -> tuple[SystemEvent, ...]:
    """Return the events of a model's system, in the order written.

    Parameters
    ----------
    model
        With its events.
    states, parameters
        Names, as the system has them.
    names_in
        Returns the value of each of the model's names, given a builder with the inputs it needs.
    """
    return tuple(
        lowered
        for event in model.events
        for lowered in _Lowering(model, states, parameters, names_in).events(event)
    )


class _Lowering:
    """One model's names, and what its events become."""

    def __init__(
        self, model: Model, states: Sequence[str], parameters: Sequence[str], names_in: NamesIn
    ) -> None:
        self.model, self.states, self.parameters = model, states, parameters
        self.names_in = names_in

    def events(self, event: Event) -> Iterator[SystemEvent]:
        """Yield what one event becomes: one for each of its times."""
        label, reset = event_text(event, self.model.time), self._reset(event.actions)
        if event.condition is not None:
            yield SystemEvent(label, self._trigger(event.condition), None, reset, event.stop)
        for occasion in self._occasions(event):
            yield SystemEvent(label, None, occasion, reset, event.stop)

    def _trigger(self, condition: Tape) -> Tape:
        builder = Builder((self.model.time, *self.states, *self.parameters))
        return builder.finish([gap(builder, condition, self.names_in(self.model, builder))])

    def _occasions(self, event: Event) -> Iterator[Tape]:
        """Yield first time, period and last time for each series of times."""
        for time in event.times:
            yield self._occasion(time, 0.0, time)
        if event.every is not None:
            first = self.model.t0 if event.first is None else event.first
            yield self._occasion(first, event.every, math.inf if event.last is None else event.last)

    def _occasion(self, *formulas: Tape | float) -> Tape:
        builder = Builder((self.model.time, *self.states, *self.parameters))
        names = self.names_in(self.model, builder)
        values = [_value(builder, f, names) for f in formulas]
        return builder.finish(values, self.parameters)

    def _reset(self, actions: Sequence[Action]) -> Tape | None:
        if not actions:
            return None
        builder = Builder((BEFORE, self.model.time, *self.states, *self.parameters))
        names = self.names_in(self.model, builder)
        sets = {a.state: _value(builder, a.formula, names) for a in actions}
        return builder.finish(sets.get(s, names[s]) for s in self.states)


def _value(builder: Builder, formula: Tape | float, names: Names) -> Value:
    if isinstance(formula, Tape):
        return builder.inline(formula, [names[n] for n in formula.inputs])[0]
    return builder.constant(formula)
