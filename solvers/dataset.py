"""Measured data: CSV files whose header says what was measured, by whom, and in which units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from ..models.errors import UnknownNameError, did_you_mean, listing
from ..models.lazy import load
from ..models.room import Room


@dataclass(frozen=True)
class Dataset:
    """One data set; calling it reads the table.

    Parameters
    ----------
    name
        Its name in the room.
    file
        Lines ``# title: …``, ``# source: …``, ``# licence: …`` and ``# units: time = min, …``,
        then the column names, then the numbers.
    """

    name: str
    file: Traversable

    def __call__(self) -> Any:
        """Return the measurements as a pandas.DataFrame: first time, then what was measured.

        The header is in its ``attrs``: title, source, licence, units (a dict by column), and for
        repeated experiments ``group``, the column that tells them apart.
        """
        with self.file.open(encoding="utf-8") as stream:
            table = load("pandas").read_csv(stream, comment="#")
        table.attrs.update(self.header)
        return table

    @property
    def header(self) -> dict[str, Any]:
        """What the lines before the table say, by keyword."""
        with self.file.open(encoding="utf-8") as stream:
            lines = [line[1:].partition(":") for line in stream if line.startswith("#")]
        said: dict[str, Any] = {key.strip(): value.strip() for key, _, value in lines}
        return {**said, "units": _pairs(said["units"])}

    def __repr__(self) -> str:
        return f"{self.name}(): {self.header['title']}"


def _pairs(text: str) -> dict[str, str]:
    halves = (pair.partition("=") for pair in text.split(","))
    return {column.strip(): unit.strip() for column, _, unit in halves}


class Datasets(Room[Dataset]):
    """The data sets of a package: each CSV file in its folder is one.

    Parameters
    ----------
    package
        Dotted name of the package.

    Examples
    --------
    >>> from ratelaw.solvers.datasets import DATASETS
    >>> mug = DATASETS.cooling_water()
    >>> len(mug), mug.attrs["units"]
    (222, {'time': 'min', 'T': 'degC'})
    """

    def __init__(self, package: str) -> None:
        self._package = package

    def _files(self) -> dict[str, Traversable]:
        found = {f.name: f for f in files(self._package).iterdir()}
        return {n.removesuffix(".csv"): found[n] for n in sorted(found) if n.endswith(".csv")}

    def __getitem__(self, name: str) -> Dataset:
        known = self._files()
        if name not in known:
            raise UnknownNameError(
                f"no data set is called {name!r}; there are {listing(known)}."
                f"{did_you_mean(name, known)}"
            )
        return Dataset(name, known[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._files())

    def __len__(self) -> int:
        return len(self._files())

    def __repr__(self) -> str:
        return "\n".join(map(repr, self.values()))
