"""The matrices that implicit steps of large systems solve with: filled, factored, solved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ....models.tape.elimination import Elimination
from ...compose.large import Stiff
from ...kernels.page import Machine
from ..loop.frame import Frame
from .sums import Listed, Rows, Words, add_up, behind, listed, place_at

Names = tuple[tuple[str, int | None], ...]


class Matrices(Protocol):
    """How the matrices value/h - J are held, for some values."""

    @property
    def handed_on(self) -> Names:
        """Names and numbers of the rows they take."""
        ...

    def shared(self, machine: Machine) -> str:
        """Return the module of functions they need, whatever the system; empty for none."""
        ...

    def factor(self, f: Frame, inverse: str) -> None:
        """Write the filling and factoring of all; `inverse` is 1/h, J in rows `derivatives`."""
        ...

    def solve(self, f: Frame, number: int, x: Words) -> None:
        """Write the solution with one of them, from and to rows; of complex ones two addresses."""
        ...


@dataclass(frozen=True)
class ByLists:
    """Matrices eliminated without pivoting, all lanes together, as lists of places.

    Parameters
    ----------
    values
        Of each matrix; those that are complex numbers are pairs of rows.
    n, count
        Numbers of states and of entries of J.
    one
        Place in each matrix of the number 1, behind all others.
    entries, rows, columns, diagonal, eliminating, solving
        Where the lists begin among all places.
    """

    values: tuple[complex, ...]
    n: int
    count: int
    one: int
    entries: int
    rows: int
    columns: int
    diagonal: int
    eliminating: Listed
    solving: Listed

    @classmethod
    def of(
        cls, parts: Stiff, found: Elimination, values: Sequence[complex], places: list[int]
    ) -> ByLists:
        """Put the lists behind the places there are."""
        n = len(parts.rates.tape.outputs)
        entries = behind(places, [found.places[entry] for entry in parts.entries])
        rows, columns = (behind(places, [entry[k] for entry in parts.entries]) for k in (0, 1))
        diagonal = behind(places, [found.places[i, i] for i in range(n)])
        lists = listed(found.factor, places), listed(found.solve, places)
        starts = entries, rows, columns, diagonal
        return cls(tuple(values), n, len(parts.entries), found.one, *starts, *lists)

    def _names(self, number: int) -> Words:
        pair = isinstance(self.values[number], complex)
        return (f"re {number}", f"im {number}") if pair else (f"re {number}",)

    @property
    def handed_on(self) -> Names:
        """Names and numbers of the rows they take."""
        numbers = range(len(self.values))
        return tuple((name, self.one + 1) for i in numbers for name in self._names(i))

    def shared(self, machine: Machine) -> str:
        """Return no module: everything is written where it is needed."""
        del machine
        return ""

    def factor(self, f: Frame, inverse: str) -> None:
        """Write the filling and factoring of all."""
        for number, value in enumerate(self.values):
            matrix = self._matrix(f, number)
            self._fill(f, matrix, complex(value), inverse)
            add_up(f, self.eliminating, matrix, matrix, inverts=True)

    def solve(self, f: Frame, number: int, x: Words) -> None:
        """Write the solution with one of them, from and to rows."""
        add_up(f, self.solving, self._matrix(f, number), Rows(x, f.layout.width), inverts=False)

    def _matrix(self, f: Frame, number: int) -> Rows:
        return Rows(tuple(f.row(name) for name in self._names(number)), f.layout.width)

    def _fill(self, f: Frame, matrix: Rows, value: complex, inverse: str) -> None:
        """Write value/h - J."""
        page, zero = f.page, f.page.every(0.0)
        nothing = [zero] * len(matrix.bases)
        with page.loop(self.one) as e:
            matrix.store(page, e, tuple(nothing))
        matrix.store(page, str(self.one), (page.every(1.0), *nothing[1:]))
        if self.count:
            with page.loop(self.count) as e:
                at = place_at(f, e, self.entries)
                entry = page.negative(f.at("derivatives", e))
                matrix.store(page, at, (entry, *nothing[1:]))
        with page.loop(self.n) as s:
            at = place_at(f, s, self.diagonal)
            words = [
                page.do_all("fadd", old, page.do_all("fmul", page.every(part), inverse))
                for old, part in zip(matrix.fetch(page, at), (value.real, value.imag), strict=False)
            ]
            matrix.store(page, at, tuple(words))
