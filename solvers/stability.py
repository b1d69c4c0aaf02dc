"""What the eigenvalues at an equilibrium say, in words (Strogatz 2015, chapters 5, 6 and 8).

To first order only: where a real part is zero, other terms decide. A centre of the linearised
system may be a slow spiral of the model.
"""

from __future__ import annotations

import numpy as np

from .arrays import Float

_FLAT = 1e-12  # a real part this small, relative to the largest eigenvalue, is none
_STRAIGHT = 1e-7  # so for imaginary parts, larger because double eigenvalues split by rounding


def eigenvalues_of(slopes: Float) -> tuple[complex, ...]:
    """Return the eigenvalues of a matrix, the largest real part first; what rounding made is 0."""
    values = np.linalg.eigvals(slopes).astype(np.complex128)
    size = float(np.abs(slopes).max(initial=0.0))
    real = np.where(np.abs(values.real) <= _FLAT * size, 0.0, values.real)
    imaginary = np.where(np.abs(values.imag) <= _STRAIGHT * np.abs(values), 0.0, values.imag)
    found = [complex(a, b) for a, b in zip(real, imaginary, strict=True)]
    return tuple(sorted(found, key=lambda z: (-z.real, -z.imag)))


def kind_of(eigenvalues: tuple[complex, ...]) -> str:
    """Return what kind of equilibrium has these eigenvalues.

    Examples
    --------
    >>> kind_of((2 + 0j, -1 + 0j)), kind_of((-1 + 2j, -1 - 2j)), kind_of((1j, -1j))
    ('saddle', 'stable spiral', 'centre')
    """
    growing = any(z.real > 0 for z in eigenvalues)
    decaying = any(z.real < 0 for z in eigenvalues)
    turning = any(z.imag for z in eigenvalues)
    if growing and decaying:
        return "saddle focus" if turning else "saddle"
    if not eigenvalues or any(z.real == 0 for z in eigenvalues):
        if growing:
            return "unstable"
        centre = eigenvalues and all(z.real == 0 and z.imag for z in eigenvalues)
        return "centre" if centre else "undecided"
    return f"{'unstable' if growing else 'stable'} {'spiral' if turning else 'node'}"
