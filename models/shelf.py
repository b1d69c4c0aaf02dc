"""The shelf: a folder in which each file is one member, and the folder is the list."""

import sys
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from .errors import UnknownNameError, did_you_mean, listing

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

T = TypeVar("T")

_OFFERS = "entry_points.txt"  # the file of a distribution that lists its entry points
_ARCHIVES = (".egg", ".whl", ".zip")


class Shelf(Mapping[str, T], Generic[T]):
    """Members of one kind, found by looking into a package and its entry-point group.

    Parameters
    ----------
    package
        Dotted name of the package whose files are the members; entry points of other
        distributions are looked up in the group of the same name.
    attribute
        The name every member file binds, such as ``METHOD``.
    kind
        What a member is called in messages, such as ``method``.

    Notes
    -----
    A file is imported when it is asked for by name, never before, so an optional
    dependency is needed only by whoever asks for the member that uses it.
    """

    def __init__(self, package: str, attribute: str, kind: str) -> None:
        self._package, self._attribute, self._kind = package, attribute, kind
        self._loaded: dict[str, T] = {}

    def _files(self) -> list[str]:
        spec = find_spec(self._package)
        folders = spec.submodule_search_locations if spec else None
        files = [f for folder in folders or () for f in Path(folder).glob("*.py")]
        return sorted(f.stem for f in files if not f.stem.startswith("_"))

    def names(self) -> tuple[str, ...]:
        """Return the names of all members, files first, without importing any."""
        files = self._files()
        return (*files, *sorted(self._points.keys() - set(files)))

    @cached_property
    def _points(self) -> "dict[str, EntryPoint]":
        path = tuple(sys.path)
        if f"[{self._package}]" not in _offered(path):
            return {}
        points = _installed(path).select(group=self._package)
        return {point.name: point for point in points}

    def _load(self, name: str) -> T:
        if name in self._files():
            return cast(T, getattr(import_module(f".{name}", self._package), self._attribute))
        if name in self._points:
            return cast(T, self._points[name].load())
        known = self.names()
        raise UnknownNameError(
            f"no {self._kind} is called {name!r}; there are {listing(known)}."
            f"{did_you_mean(name, known)}"
        )

    def __getitem__(self, name: str) -> T:
        if name not in self._loaded:
            self._loaded[name] = self._load(name)
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._loaded or name in self._files() or name in self._points

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __len__(self) -> int:
        return len(self.names())

    def __repr__(self) -> str:
        return f"{self._kind}s: {listing(self.names())}"


@cache
def _offered(path: tuple[str, ...]) -> str:
    """Return what the distributions in the folders of a path offer, as they write it.

    A look takes a millisecond or two; where Python finds distributions elsewhere, in an archive, it
    is left to Python's own reading of them.
    """
    places = [Path(place) for place in path if place]
    if any(place.is_file() for place in places if place.suffix in _ARCHIVES):
        return "".join(f"[{group}]" for group in _installed(path).groups)
    folders = ("*.dist-info", "*.egg-info")
    found = [f for place in places for kind in folders for f in place.glob(f"{kind}/{_OFFERS}")]
    return "\n".join(f.read_text("utf-8", "replace") for f in found)


@cache
def _installed(path: tuple[str, ...]) -> Any:
    """Return the entry points of all groups, read once: it takes some tens of milliseconds."""
    del path  # where Python looks
    return import_module("importlib.metadata").entry_points()  # loads a parser of mail
