"""The matrices of an implicit step in the basis of its spectrum, factored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...models.tape import Value
from ...models.tape.complexes import Complex
from ...models.tape.differentiate import Partials
from ...models.tape.linear import Factors, factor
from ..tableaux.collocation import Spectrum
from .linearised import shifted

Vectors = list[list[Value]]


@dataclass(frozen=True, eq=False)
class Blocks:
    """Factors of mu/h - J for each eigenvalue mu of a spectrum.

    Parameters
    ----------
    real
        For the real eigenvalue.
    pairs
        For one of each complex pair.
    """

    real: Factors[Value]
    pairs: tuple[Factors[Complex], ...]

    @classmethod
    def of(cls, found: Spectrum, partials: Sequence[Partials], n: int, inverse: Value) -> Blocks:
        """Factor the matrices of a system with these derivatives; `inverse` is 1/h."""
        real = factor(shifted(partials, n, inverse * found.real), n)
        return cls(real, tuple(_pair(pair, partials, n, inverse) for pair in found.pairs))

    def map(self, change: Callable[[Value], Value]) -> Blocks:
        """Return the blocks with every number replaced, as by an input of another program."""
        pairs = tuple(factors.map(lambda z: z.map(change)) for factors in self.pairs)
        return Blocks(self.real.map(change), pairs)

    def values(self) -> list[Value]:
        """Return every number in them that is not known beforehand, once."""
        found: dict[int, Value] = {}

        def note(value: Value) -> Value:
            if value.constant is None:
                found[value.number] = value
            return value

        self.map(note)
        return list(found.values())

    def solve(self, right: Vectors) -> Vectors:
        """Return the change of the stages, in the basis, that makes up for their residuals."""
        change = [self.real.solve(right[0])]
        for k, factors in enumerate(self.pairs):
            re, im = right[1 + 2 * k], right[2 + 2 * k]
            x = factors.solve([Complex(a, b) for a, b in zip(re, im, strict=True)])
            change += [[z.re for z in x], [0.0 * z.re if z.im is None else z.im for z in x]]
        return change


def _pair(pair: complex, partials: Sequence[Partials], n: int, inverse: Value) -> Factors[Complex]:
    real = shifted(partials, n, inverse * pair.real)
    imaginary = inverse * pair.imag
    return factor(
        {(i, j): Complex(v, imaginary if i == j else None) for (i, j), v in real.items()}, n
    )
