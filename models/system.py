"""The first-order normal form every solver reads: ordered names and tapes."""

from __future__ import annotations

from dataclasses import dataclass

from .once import once
from .tape import Builder, Tape


@dataclass(frozen=True, slots=True)
class SystemEvent:
    """Something that happens to a system on its way, once each time it falls due.

    Due are the times of `occasion`, or the moments at which `trigger` turns positive after having
    been zero or negative. A rate may jump there: before the event its value is that at `before`,
    the number next to the time of the event, and after it that at the time itself.

    Parameters
    ----------
    label
        As written in the model; empty for the jump of an input, which nobody asked to be told of.
    trigger
        (time, states, parameters) to one output, or None.
    occasion
        (parameters) to three outputs: first time, period (0 for once) and last time (inf for no
        end), or None.
    reset
        (before, time, states, parameters) to one output per state, its value after the event; None
        where nothing is set.
    stops
        Whether the trajectory ends there.
    shift
        Of a system with sensitivities: (before, time, states, parameters) to the derivative of the
        event's time by each parameter they are taken by, or None where it does not move. The reset
        takes these derivatives as its last inputs.
    """

    label: str
    trigger: Tape | None = None
    occasion: Tape | None = None
    reset: Tape | None = None
    stops: bool = False
    shift: Tape | None = None


# The input of a reset that holds the number just before the time of the event; the time itself if
# another event at that time came first, because the rates are then those after it.
BEFORE = "before"


@dataclass(frozen=True, slots=True, weakref_slot=True)
class FirstOrderSystem:
    """dy/dt = f(t, y, p) with y(t0) = g(p).

    Parameters
    ----------
    states, parameters
        Names, in the order of the rows of y and p. Parameters include the start values that are
        plain numbers, called ``T(0)``.
    vector_field
        f: inputs are time, states, parameters in this order; one output per state.
    start
        g: inputs are the parameters; one output per state.
    time, t0
        Name of the independent variable and where it starts.
    events
        What happens on the way; several due at one time happen in this order.
    positive
        Names of parameters that the model declares to be: their lower bound is above zero.
    """

    states: tuple[str, ...]
    parameters: tuple[str, ...]
    vector_field: Tape
    start: Tape
    time: str = "t"
    t0: float = 0.0
    events: tuple[SystemEvent, ...] = ()
    positive: frozenset[str] = frozenset()

    def __hash__(self) -> int:
        return _hash(self)

    @property
    def n_states(self) -> int:
        """Number of states."""
        return len(self.states)

    @property
    def n_parameters(self) -> int:
        """Number of parameters, start values included."""
        return len(self.parameters)

    @property
    def timed(self) -> Tape:
        """The rates, and the triggers of events that are no jumps of inputs: where these may be."""
        own = [event for event in self.events if event.label or event.reset is not None]
        triggers = [event.trigger for event in own if event.trigger is not None]
        if not triggers:
            return self.vector_field
        builder = Builder(self.vector_field.inputs)
        tapes = (self.vector_field, *triggers)
        return builder.finish(v for tape in tapes for v in builder.inline(tape, builder.inputs))


@once
def _hash(system: FirstOrderSystem) -> int:
    rates = (system.states, system.parameters, system.vector_field, system.start)
    return hash((*rates, system.time, system.t0, system.events))
