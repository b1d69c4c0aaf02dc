"""The symbols of a specification: states, parameters, definitions, tables, events, dimensions."""

from __future__ import annotations

from dataclasses import dataclass, field

from .errors import listing
from .tape import Tape
from .tape.writing.expression import to_text
from .tape.writing.pieces import number


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the model text something was written, both counted from one; 0 if nowhere."""

    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """A dependent variable: its rate of change, its start value and its unit.

    Parameters
    ----------
    name
        As written, normalised (NFKC).
    rate
        One output, the derivative by time; inputs are the names it uses.
    start
        One output, the start value, a number or a formula of parameters; None if never given.
    unit
        As written, empty for none.
    declared
        The start value in the specification; `start` is the one in force.
    """

    name: str
    rate: Tape
    start: Tape | None = None
    unit: str = ""
    note: str = field(default="", compare=False)
    place: Place = field(default=Place(), compare=False)
    start_place: Place = field(default=Place(), compare=False)
    declared: Tape | None = field(default=None, compare=False)

    @property
    def changed(self) -> str:
        """A comment on the declared start value, where another is in force."""
        changed = self.declared is not None and self.declared != self.start
        return f"    # was {to_text(self.declared)[0]}" if self.declared and changed else ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named number. `declared` is the value in the specification, `value` the one in force.

    Parameters
    ----------
    bounds
        What it may be, for a fit that is given no others; None for any number.
    fixed
        Whether it is a constant, which nothing sets, sweeps or fits.
    """

    name: str
    value: float | None = None
    unit: str = ""
    note: str = field(default="", compare=False)
    declared: float | None = field(default=None, compare=False)
    place: Place = field(default=Place(), compare=False)
    bounds: tuple[float, float] | None = None
    fixed: bool = False

    @property
    def changed(self) -> str:
        """A comment on the declared value, where another is in force."""
        changed = self.declared is not None and self.declared != self.value
        return f"    # was {number(self.declared or 0.0)}" if changed else ""


@dataclass(frozen=True, slots=True)
class Definition:
    """A named formula of states, parameters, time and earlier definitions.

    Parameters
    ----------
    role
        ``"observe"`` for what is measured and shown beside the states, ``"input"`` for a driving
        signal (a formula of time and parameters only), ``"table"`` for what reads a table and is
        called by its own text, empty for a mere abbreviation.
    """

    name: str
    formula: Tape
    unit: str = ""
    note: str = field(default="", compare=False)
    place: Place = field(default=Place(), compare=False)
    role: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Measured values of an input, at times that grow.

    A definition called ``table(name, t)``, of the role ``table``, is the input itself.
    """

    name: str
    times: tuple[float, ...]
    values: tuple[float, ...]
    unit: str = ""
    note: str = field(default="", compare=False)
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Action:
    """A state set by an event to a formula of the values just before it."""

    state: str
    formula: Tape
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens at times, or when a condition begins to hold.

    Parameters
    ----------
    condition
        One output, positive where it holds; the event happens when it turns so. None for an event
        at times.
    times
        Formulas of parameters: the event happens at each.
    every, first, last
        Formulas of parameters: the event happens at `first`, then after each period `every`, up to
        and including `last`. None where not given: a single time, the start, no end.
    actions
        What is set, all from the values just before; empty for an event that is only noted.
    stop
        Whether the trajectory ends there.
    text
        As a person wrote it, in one line.
    """

    condition: Tape | None = None
    times: tuple[Tape, ...] = ()
    every: Tape | None = None
    first: Tape | None = None
    last: Tape | None = None
    actions: tuple[Action, ...] = ()
    stop: bool = False
    text: str = field(default="", compare=False)
    note: str = field(default="", compare=False)
    place: Place = field(default=Place(), compare=False)

    @property
    def formulas(self) -> tuple[Tape, ...]:
        """Every formula of it."""
        single = (self.condition, *self.times, self.every, self.first, self.last)
        return (*(f for f in single if f is not None), *(a.formula for a in self.actions))


@dataclass(frozen=True, slots=True)
class Dimension:
    """Names that vary together, each with one value per member.

    Parameters
    ----------
    name
        The dimension's name in results: the parameter's own, or ``draw``.
    size
        Number of members.
    columns
        For each varying name its values: `size` doubles as bytes, so that a model stays
        immutable, hashable and free of array libraries.
    """

    name: str
    size: int
    columns: tuple[tuple[str, bytes], ...]

    def __repr__(self) -> str:
        names = listing(name for name, _ in self.columns)
        return f"{self.name}: {self.size} values of {names}"
