"""What the statements of one text have said so far; formulas are read once all of it is known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple, Protocol

from ..model import Model
from ..symbols import Event, Place
from ..tape import Tape
from .formulas import Formulas
from .indices import Indices, runs

_NO_INDICES: Indices = {}


class Find(Protocol):
    """Where models are found that may become parts."""

    def __call__(self, name: str) -> Model | None:
        """Return the model of a name, None if there is none."""
        ...

    def names(self) -> Collection[str]:
        """Return the names there are."""
        ...


class Right(NamedTuple):
    """The right side of a statement: its formula, unit, bounds and ranges, as parsed."""

    formula: Any
    unit: Any = None
    bounds: Any = None
    ranges: Any = None


class Given(NamedTuple):
    """What a name was given.

    Parameters
    ----------
    tree, indices
        The formula as parsed, and what the indices in it are.
    token
        Where the statement begins.
    unit, bounds
        As written.
    role
        Of a definition, ``observe`` or ``input``; ``const`` of a constant.
    """

    tree: Any
    token: Any
    unit: str = ""
    bounds: tuple[float, float] | None = None
    role: str = ""
    indices: Indices = _NO_INDICES


class Draft:
    """The statements of one text, sorted by kind.

    A kind of statement reads into the tables below. What needs formulas of its own, as events do,
    puts a function into `later`, which is called when every name is known.
    """

    def __init__(self, text: str, find: Find, formulas: Formulas | None = None) -> None:
        self.find = find
        self.parts: dict[str, tuple[Model, Any]] = {}  # with the token of the name
        self.formulas = Formulas(text) if formulas is None else formulas
        self.rates: dict[str, Given] = {}
        self.orders: dict[str, int] = {}
        self.starts: dict[str, Given] = {}
        self.assigned: dict[str, Given] = {}
        self.times: dict[str, Any] = {}
        self.start_times: dict[float, Any] = {}
        self.constants = self.formulas.constants
        self.events: list[Event] = []
        self.states: tuple[str, ...] = ()  # known when `later` is called
        self.formulas_inside: dict[str, Tape] = {}  # of definitions of parts
        self.later: list[Callable[[Draft], None]] = []
        self._lines = text.split("\n")

    @property
    def time(self) -> str:
        """Name of the independent variable."""
        inner = (model.time for model, _ in self.parts.values())
        return next(iter(self.times), next(inner, "t"))

    @property
    def t0(self) -> float:
        """Time at which the start values hold."""
        inner = (model.t0 for model, _ in self.parts.values())
        return next(iter(self.start_times), next(inner, 0.0))

    def fail(self, problem: str, token: Any) -> Exception:
        """Return the error that points at a token."""
        return self.formulas.fail(problem, token)

    def keep(
        self, table: dict[str, Given], head: Any, tree: Any, *, role: str = "", primes: str = ""
    ) -> list[str]:
        """Note a right side under the name of its left side, for each element it runs over.

        Parameters
        ----------
        table
            Where to.
        head
            A name or an element, as parsed.
        tree
            The right side, as parsed.
        role
            Of a definition.
        primes
            Behind the name.
        """
        right = right_of(tree)
        unit = str(right.unit)[1:-1].strip() if right.unit else ""
        bounds = self._bounds(right.bounds) if right.bounds else None
        names: list[str] = []
        for indices in runs(right.ranges, self.constants, self.formulas.fail):
            name, token = self.formulas.quantity(head, indices)
            name += primes
            if name in table:
                first = table[name].token.line
                raise self.fail(f"{name} was already given in line {first}; keep one", token)
            table[name] = Given(right.formula, token, unit, bounds, role, indices)
            names.append(name)
        return names

    def formula(self, given: Given) -> Tape:
        """Return the formula of a right side as a tape over the names it uses."""
        value = self.formulas.value(given.tree, given.indices)
        return self.formulas.builder.formula(value)

    def _bounds(self, tree: Any) -> tuple[float, float]:
        low, high = (self._bound(child) for child in tree.children)
        if not low < high:
            token = tree.children[0].children[0]
            raise self.fail(f"these bounds are {low:g} and {high:g}; write the lower first", token)
        return low, high

    def _bound(self, tree: Any) -> float:
        *sign, last = tree.children
        if last.type == "NUMBER":
            return self.formulas.number(*tree.children)
        if str(last) != "inf":
            problem = f"{last} is no bound; write a number, or inf for none: k = 1 in [0, inf]"
            raise self.fail(problem, last)
        return float("-inf" if sign and sign[0] != "+" else "inf")

    def note(self, token: Any) -> str:
        """Return the comment of the line a token stands in."""
        return self._lines[int(token.line) - 1].partition("#")[2].strip()


def right_of(tree: Any) -> Right:
    """Return the parts of a right side."""
    formula, *rest = tree.children
    parts = {_PART[getattr(part, "data", "unit")]: part for part in rest}
    return Right(formula, **parts)


_PART: Mapping[str, str] = {"unit": "unit", "bounds": "bounds", "ranges": "ranges"}


def place(token: Any) -> Place:
    """Return where a token stands."""
    return Place(token.line, token.column)
