"""The specification a user writes: an immutable model of states, their rates, and parameters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from .columns import as_column, pack
from .errors import InputError, UnknownNameError, did_you_mean, listing
from .given import as_mapping, as_text
from .names import call_text, normal_name
from .symbols import Definition, Dimension, Event, Parameter, State, Table
from .tape import Builder
from .tape.writing.pieces import number

if TYPE_CHECKING:
    from .structure.facts import Facts


@dataclass(frozen=True)
class Model:
    """A differential-equation model. Calling it sets values and gives a new model.

    Parameters
    ----------
    states, parameters, definitions
        In the order in which they were written.
    time
        Name of the independent variable.
    t0
        Time at which the start values hold.
    time_unit
        The unit of time that all units together imply; empty without units.
    dimensions
        What varies: each is one dimension of every result.
    events
        What happens on the way, in the order written.
    tables
        Measured inputs, which definitions of the role ``table`` interpolate.
    title, source
        What the model is called and where it comes from.

    Examples
    --------
    >>> from ratelaw.models.specify import model
    >>> decay = model("dx/dt = -k*x; x(0) = 1; k = 0.5")
    >>> decay(k=0.1)
    dx/dt = -k*x
    x(0) = 1
    k = 0.1    # was 0.5
    """

    states: tuple[State, ...]
    parameters: tuple[Parameter, ...]
    definitions: tuple[Definition, ...] = ()
    time: str = "t"
    t0: float = 0.0
    time_unit: str = ""
    dimensions: tuple[Dimension, ...] = ()
    events: tuple[Event, ...] = ()
    tables: tuple[Table, ...] = ()
    title: str = field(default="", compare=False)
    source: str = field(default="", compare=False)

    def __call__(self, values: Mapping[str, Any] | None = None, /, **settings: Any) -> Model:
        """Return this model with other values.

        Parameters
        ----------
        values, settings
            Name to number or one-dimensional array. Names are parameters, or ``"T(0)"`` for the
            start value of T. An array becomes a dimension named like what it sets.

        Raises
        ------
        UnknownNameError
            For a name the model does not have.
        InputError
            For a value that is not a finite number or a one-dimensional array of them, and for a
            name that is given twice.
        """
        model = self
        if values is not None and not isinstance(values, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
            example = call_text(self.title, {"k": "0.1"})
            raise InputError(f"got {values!r:.40}; set values by name: {example}")
        given: set[str] = set()
        for written, value in (*(values or {}).items(), *settings.items()):
            name = self.canonical(written)
            if name in given:
                raise InputError(f"{name}: got two values; keep one, or give a list to sweep it")
            given.add(name)
            model = model._set(name, value)
        return model

    def _set(self, name: str, value: object) -> Model:
        column = as_column(name, value)
        if isinstance(column, bytes):
            dims = cast("tuple[str, ...]", getattr(value, "dims", ()))
            return self.vary(dims[0] if len(dims) == 1 else name, {name: column})
        new = self._with_value(name, column)
        return replace(new, dimensions=self._without([name])) if self.dimensions else new

    def vary(self, dimension: str, columns: Mapping[str, Sequence[float] | bytes]) -> Model:
        """Return this model with names that vary together along one new dimension.

        Parameters
        ----------
        dimension
            Its name in results.
        columns
            For each name, one value per member.
        """
        dimension = as_text("dimension", dimension, "cup")
        columns = as_mapping("columns", columns, '{"k": [0.1, 0.2]}')
        if dimension in {"time", *(s.name for s in self.states)}:
            raise InputError(f"a dimension cannot be called {dimension}: results use that name")
        packed = {self.canonical(n): pack(n, c) for n, c in columns.items()}
        if not packed:
            raise InputError(f"columns: got nothing that varies along {dimension}; name it")
        others = {d.name: d for d in self._without(packed)}
        if dimension in others:  # what varies along it already goes on doing so
            packed = {**dict(others[dimension].columns), **packed}
        sizes = {name: len(column) // 8 for name, column in packed.items()}
        if len(set(sizes.values())) != 1:
            lengths = listing(f"{size} values of {name}" for name, size in sizes.items())
            raise InputError(f"{dimension}: got {lengths}; what varies together has one length")
        others[dimension] = Dimension(dimension, next(iter(sizes.values())), tuple(packed.items()))
        order = dict.fromkeys([*(d.name for d in self.dimensions), dimension])
        return replace(self, dimensions=tuple(others[name] for name in order if name in others))

    def _without(self, names: Iterable[str]) -> tuple[Dimension, ...]:
        gone = set(names)
        thinned = [
            replace(d, columns=tuple(c for c in d.columns if c[0] not in gone))
            for d in self.dimensions
        ]
        return tuple(d for d in thinned if d.columns)

    def _with_value(self, name: str, value: float) -> Model:
        for i, p in enumerate(self.parameters):
            if p.name == name:
                _require_inside(p, value)
                new = replace(p, value=value)
                return replace(self, parameters=_put(self.parameters, i, new))
        for i, s in enumerate(self.states):
            if self.start_name(s.name) == name:
                start = Builder().finish([value])
                return replace(self, states=_put(self.states, i, replace(s, start=start)))
        raise UnknownNameError(self._no_such(name))

    def start_name(self, state: str) -> str:
        """Return how the start value of a state is called: ``T(0)``."""
        return f"{state}({number(self.t0)})"

    @property
    def settings(self) -> tuple[str, ...]:
        """Every name a call may set: parameters, then start values."""
        free = (p.name for p in self.parameters if not p.fixed)
        return (*free, *(self.start_name(s.name) for s in self.states))

    @property
    def units(self) -> dict[str, str]:
        """Unit of every state, parameter, start value and definition, as written."""
        named = [*self.states, *self.parameters, *self.definitions]
        starts = {self.start_name(s.name): s.unit for s in self.states}
        return {**{x.name: x.unit for x in named}, **starts}

    @property
    def values(self) -> dict[str, float]:
        """Every setting that is a plain number now."""
        numbers = {p.name: p.value for p in self.parameters if p.value is not None}
        starts = {
            self.start_name(s.name): s.start()[0]
            for s in self.states
            if s.start is not None and not s.start.inputs
        }
        return {**numbers, **starts}

    def canonical(self, name: str) -> str:
        """Return a setting's name as the model writes it; raise when there is none."""
        name = normal_name(name)
        head, bracket, tail = name.replace(" ", "").partition("(")
        if bracket and tail.endswith(")") and head in {s.name for s in self.states}:
            try:
                at = float(tail[:-1])
            except ValueError:
                at = math.nan
            if at == self.t0:
                return self.start_name(head)
        for written in (name, name.replace(" ", "")):  # x[1, 2] is x[1,2]
            if written in self.settings:
                return written
        raise UnknownNameError(self._no_such(name))

    def _no_such(self, name: str) -> str:
        if name in {p.name for p in self.parameters if p.fixed}:
            return f"{name} is a constant; write it without const to set, sweep or fit it"
        if name in {s.name for s in self.states}:
            start = self.start_name(name)
            example = call_text(self.title, {start: "…"})
            return f"{name} is a state; its start value is called {start}: {example}"
        starts = [self.start_name(s.name) for s in self.states]
        word = "the start value " if len(starts) == 1 else "the start values "
        parts = [p.name for p in self.parameters]
        has = f"{', '.join(parts)} and {word}{listing(starts)}" if parts else word + listing(starts)
        return f"no {name} in this model; it has {has}.{did_you_mean(name, self.settings)}"

    def facts(self) -> Facts:
        """Return what can be said without solving: linear, blocks, conserved quantities, …."""
        from .structure.facts import facts  # what is said about models sits above them

        return facts(self)

    def to_sympy(self) -> tuple[Any, ...]:
        """Return the equations as sympy's: states are functions of time, parameters symbols."""
        from .symbolic.written import to_equations  # sympy is asked about models from above them

        return to_equations(self)

    @property
    def text(self) -> str:
        """The model in its own language; reads back to an equal model."""
        from .language.write import to_source  # the language sits above the values it writes

        return to_source(self)

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from .display import to_html  # display sits above the values it shows

        return to_html(self)


def _require_inside(parameter: Parameter, value: float) -> None:
    low, high = parameter.bounds or (-math.inf, math.inf)
    if not low <= value <= high:
        raise InputError(f"{parameter.name}: got {value:g}, outside its bounds {low:g} to {high:g}")


def _put(items: tuple[Any, ...], position: int, item: object) -> tuple[Any, ...]:
    return (*items[:position], item, *items[position + 1 :])
