"""Collocation methods of Radau: the tableau that follows from its nodes, and its spectrum.

The slopes of a step are those of the polynomial that satisfies the equation at the nodes; the last
node is the end of the step, so that fast modes vanish (stiff accuracy).

References
----------
E. Hairer, G. Wanner (1996), Solving Ordinary Differential Equations II, 2nd edition, sections IV.5
(methods), IV.8 (transformation, error estimate), doi:10.1007/978-3-642-05221-7; E. Hairer,
G. Wanner (1999), Stiff differential equations solved by Radau methods, Journal of Computational and
Applied Mathematics 111, 93-111, doi:10.1016/S0377-0427(99)00134-X.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias, cast

import numpy as np
import numpy.typing as npt

from ..arrays import Float
from .coefficients import Number, Row
from .tableau import ButcherTableau

_Complexes: TypeAlias = npt.NDArray[np.complex128]


@dataclass(frozen=True)
class Spectrum:
    """The inverse of a tableau's implicit part, brought to blocks by a change of basis.

    Parameters
    ----------
    real
        Its real eigenvalue.
    pairs
        One of each pair of complex ones.
    basis
        The change of basis, (stage, stage): columns are the real eigenvector, then for each pair
        u + i v the real part of its eigenvector and minus the imaginary one.
    back
        The inverse of the basis.
    """

    real: float
    pairs: tuple[complex, ...]
    basis: Float
    back: Float

    @property
    def blocks(self) -> Float:
        """``back @ A^-1 @ basis``: the real eigenvalue, then ``[[u, -v], [v, u]]`` per pair."""
        blocks = np.zeros_like(self.basis)
        blocks[0, 0] = self.real
        for i, pair in enumerate(self.pairs):
            at = slice(1 + 2 * i, 3 + 2 * i)
            blocks[at, at] = [[pair.real, -pair.imag], [pair.imag, pair.real]]
        return blocks


def radau(nodes: tuple[str, ...]) -> ButcherTableau:
    """Return the Radau IIA method with some nodes, the last of them 1.

    An explicit stage is put before them, the slope at the old point, which only the error estimate
    uses: that of Hairer and Wanner, whose order is the number of nodes.

    Parameters
    ----------
    nodes
        Their digits, more than a float holds: the coefficients are computed exactly from these.
    """
    c = [Fraction(node) for node in nodes]
    powers = [_integrals(c, i) for i in range(len(c))]  # of the polynomial that is 1 at one node
    a = [[_value(p, node) for p in powers] for node in c]
    zero, b = Fraction(0), a[-1]
    weights = _error_weights(c, b, 1 / spectrum_of(np.array(a, dtype=float)).real)
    return ButcherTableau(
        a=tuple(_floats([zero, *row]) for row in [[zero] * len(c), *a]),
        b=_floats([zero, *b]),
        b_error=_floats(weights),
        c=_floats([zero, *c]),
        dense=tuple(_floats(row) for row in [[zero] * len(c), *powers]),
    )


@lru_cache(maxsize=16)
def spectrum(tableau: ButcherTableau) -> Spectrum:
    """Return the spectrum of a tableau's implicit stages."""
    return spectrum_of(implicit_part(tableau))


def implicit_part(tableau: ButcherTableau) -> Float:
    """Return the coefficients of all stages but the first, which is explicit."""
    return np.array([row[1:] for row in tableau.a[1:]], dtype=float)


def spectrum_of(a: Float) -> Spectrum:
    """Return the spectrum of a matrix with one real eigenvalue."""
    inverse: Float = np.asarray(np.linalg.inv(a), dtype=np.float64)
    values, vectors = cast("tuple[_Complexes, _Complexes]", tuple(np.linalg.eig(inverse)))
    real = int(np.flatnonzero(values.imag == 0)[0])
    above = [int(j) for j in np.flatnonzero(values.imag > 0)]
    columns: list[Float] = [vectors[:, real].real]
    for j in above:
        columns += [vectors[:, j].real, -vectors[:, j].imag]
    basis: Float = np.stack(columns, axis=1)
    back: Float = np.asarray(np.linalg.inv(basis), dtype=np.float64)
    return Spectrum(float(values[real].real), tuple(complex(values[j]) for j in above), basis, back)


def _integrals(c: list[Fraction], i: int) -> list[Fraction]:
    """Return the integral from 0 of the polynomial that is 1 at node i and 0 at the others.

    It is given by its coefficients, from theta^1 upward.
    """
    product = [Fraction(1)]
    for j, node in enumerate(c):
        if j != i:
            shifted, scaled = [Fraction(0), *product], [*(node * x for x in product), Fraction(0)]
            product = [(x - y) / (c[i] - node) for x, y in zip(shifted, scaled, strict=True)]
    return [x / k for k, x in enumerate(product, start=1)]


def _value(polynomial: list[Fraction], theta: Fraction) -> Fraction:
    return sum((x * theta**k for k, x in enumerate(polynomial, start=1)), Fraction(0))


def _error_weights(c: list[Fraction], b: list[Fraction], gamma: float) -> list[Fraction]:
    """Return b minus the weights of the embedded method, in which the old slope has weight gamma.

    The method's own rule is exact for the polynomials through its nodes; what the slope at the old
    point adds, the others take back, each as much as its polynomial is worth there.
    """
    first = Fraction(gamma)
    changes: list[Fraction] = []
    for i, node in enumerate(c):
        worth = Fraction(1)
        for j, other in enumerate(c):
            if j != i:
                worth *= -other / (node - other)
        changes.append(first * worth)
    return [-first, *changes]


def _floats(row: list[Fraction]) -> Row:
    numbers: list[Number] = [float(x) for x in row]
    return tuple(numbers)
