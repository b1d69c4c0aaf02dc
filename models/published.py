"""Ready-made models: each with its source, what to look at, and a value to check against."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from .model import Model
from .room import Room
from .shelf import Shelf

FIELDS = (
    "physics",
    "chemistry",
    "biology",
    "epidemiology",
    "pharmacology",
    "engineering",
    "economics",
)


@dataclass(frozen=True)
class Reference:
    """The solution at one time, computed once and by other means than this library's methods.

    Parameters
    ----------
    time
        In the model's unit of time.
    values
        Of every state, by name, in the state's unit; 15 significant digits.
    how
        How they were computed.
    """

    time: float
    values: Mapping[str, float]
    how: str


@dataclass(frozen=True)
class PublishedModel:
    """A model with its literature.

    Parameters
    ----------
    model
        Equations, values and units. It is given the title and source that stand here.
    title
        What people call it.
    field
        The science it belongs to, one of `FIELDS`.
    source
        Author, year, journal or book, and DOI where there is one; where the values come from.
    reference
        The solution at one time, which tests hold every backend to.
    look
        One sentence on what to look at.
    """

    model: Model
    title: str
    field: str
    source: str
    reference: Reference
    look: str

    def __post_init__(self) -> None:
        named = replace(self.model, title=self.title, source=self.source)
        object.__setattr__(self, "model", named)


class Library(Room[Model]):
    """The models of a shelf by name, as items or as attributes; a model is read when asked for.

    Parameters
    ----------
    shelf
        Where they are.

    Examples
    --------
    >>> from ratelaw.models.library import LIBRARY
    >>> LIBRARY.logistic.title
    'Logistic growth'
    >>> "lorenz" in LIBRARY
    True
    """

    def __init__(self, shelf: Shelf[PublishedModel]) -> None:
        self._shelf = shelf

    def entry(self, name: str) -> PublishedModel:
        """Return a model together with its literature.

        Raises
        ------
        UnknownNameError
            If there is no such model; the message lists those there are.
        """
        return self._shelf[name]

    def __getitem__(self, name: str) -> Model:
        return self.entry(name).model

    def __contains__(self, name: object) -> bool:
        return name in self._shelf

    def __iter__(self) -> Iterator[str]:
        return iter(self._shelf)

    def __len__(self) -> int:
        return len(self._shelf)

    def __repr__(self) -> str:
        width = max(map(len, self))
        return "\n".join(f"{name:{width}}  {self.entry(name).title}" for name in self)
