"""What a unit is: powers of named units, kept as written, and the size behind each name."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, TypeVar

Powers = tuple[tuple[str, Fraction], ...]
T = TypeVar("T")


class Atom(NamedTuple):
    """One named unit.

    Parameters
    ----------
    name
        As written.
    size
        In metres, grams, seconds, amperes, kelvins, moles and candelas.
    powers
        Of these base units.
    scale
        For a temperature, the scale whose zero it counts from.
    """

    name: str
    size: float
    powers: Powers
    scale: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of powers of named units, with a number before it."""

    number: float = 1.0
    atoms: tuple[tuple[Atom, Fraction], ...] = ()

    def __mul__(self, other: Unit) -> Unit:
        return Unit(self.number * other.number, _merged((*self.atoms, *other.atoms)))

    def __truediv__(self, other: Unit) -> Unit:
        return self * other ** Fraction(-1)

    def __pow__(self, power: Fraction) -> Unit:
        raised = ((atom, p * power) for atom, p in self.atoms)
        return Unit(_raised(self.number, power), _merged(raised))

    @property
    def powers(self) -> Powers:
        """Powers of the base units this one is made of."""
        found = ((base, q * p) for atom, p in self.atoms for base, q in atom.powers)
        return tuple(sorted(_merged(found)))

    @property
    def size(self) -> float:
        """How many base units one of these is."""
        return math.prod((_raised(atom.size, p) for atom, p in self.atoms), start=self.number)

    def ratio(self, other: Unit) -> float | None:
        """Return how many of the other unit one of these is; None if they measure other things."""
        if self.powers != other.powers:
            return None
        return self.size / other.size if other.size else math.inf

    def agrees(self, other: Unit) -> bool:
        """Tell whether two units are the same, size included."""
        ratio = self.ratio(other)
        return ratio is not None and math.isclose(ratio, 1, rel_tol=1e-9)

    @property
    def scale(self) -> str:
        """The temperature scale of a bare temperature; empty for all else."""
        alone = len(self.atoms) == 1 and self.atoms[0][1] == 1
        return self.atoms[0][0].scale if alone else ""

    def __str__(self) -> str:
        above = [_factor(atom, p) for atom, p in self.atoms if p > 0]
        below = [_factor(atom, -p) for atom, p in self.atoms if p < 0]
        if self.number != 1 or not above:
            above.insert(0, f"{self.number:.12g}")
        divisor = f"({'*'.join(below)})" if len(below) > 1 else "".join(below)
        return "/".join(filter(None, ["*".join(above), divisor]))


PLAIN = Unit()


def _merged(items: Iterable[tuple[T, Fraction]]) -> tuple[tuple[T, Fraction], ...]:
    total: dict[T, Fraction] = {}
    for item, power in items:
        total[item] = total.get(item, Fraction()) + power
    return tuple((item, power) for item, power in total.items() if power)


def _raised(size: float, power: Fraction) -> float:
    try:
        return size ** float(power)
    except OverflowError:
        return math.inf


def _factor(atom: Atom, power: Fraction) -> str:
    exponent = str(power) if power.denominator == 1 else f"({power})"
    return atom.name if power == 1 else f"{atom.name}^{exponent}"
