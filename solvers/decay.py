"""How fast the modes of linearised models decay: eigenvalues, and bounds that cost less."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ..models.tape.differentiate import SparseJacobian
from .arrays import Bool, Float, Int

LARGEST_DENSE = 500  # states up to which all eigenvalues of a Jacobian cost little
POWERS = 30  # of a larger Jacobian: its fastest mode is then known to some tenths, which is enough
TINY = 1e-300
MOST_GROWTH = 0.1  # of the decay: with faster growth, accuracy and not stability limits steps
AT_ONCE = 1 << 20  # entries of the dense Jacobians that are held together
FEWEST = 2000  # entries of dense Jacobians that are decomposed in less time than bounds take
WORTH = 4  # one in so many has to be like another, for a further one to be looked at
ILL = 1e6  # condition of eigenvectors that tell nothing of other Jacobians any more
ROUNDING = 1e-13  # of eigenvalues, relative to entries, before the condition multiplies it


def fastest_decay(pattern: SparseJacobian, entries: Float) -> Float:
    """Return minus the smallest real part of each Jacobian's eigenvalues, (batch,).

    It is 0 where another mode grows about as fast, as beside a saddle or in a close encounter of
    bodies: to follow that one a step must be short whatever the method. It is 0, too, where an
    entry is not finite.

    Parameters
    ----------
    pattern
        Where the entries stand.
    entries
        Of each Jacobian, (entry, batch).
    """
    n, finite = pattern.shape[0], np.flatnonzero(np.isfinite(row_bound(pattern, np.abs(entries))))
    rates = np.zeros(entries.shape[1])
    of_some = _of_all_modes if n <= LARGEST_DENSE else _of_largest_mode
    size = max(1, AT_ONCE // min(n**2, LARGEST_DENSE**2))
    for begin in range(0, finite.size, size):
        some = finite[begin : begin + size]
        rates[some] = of_some(pattern, entries[:, some])
    return rates


def decays_faster(pattern: SparseJacobian, entries: Float, limit: float) -> Bool:
    """Tell for each Jacobian whether `fastest_decay` is above a limit, (batch,).

    No eigenvalue is larger than the largest row sum of absolute values, which costs next to
    nothing. Of those that this leaves in doubt the eigenvalues of one bound those of others like
    it; only what they leave in doubt is decomposed one by one.
    """
    bound = row_bound(pattern, np.abs(entries))
    faster: Bool = np.zeros(len(bound), dtype=np.bool_)
    doubtful = np.flatnonzero(np.isfinite(bound) & (bound > limit))
    n = pattern.shape[0]
    while doubtful.size * n**2 >= FEWEST and doubtful.size > WORTH and n <= LARGEST_DENSE:
        middle = doubtful[np.argsort(bound[doubtful])[doubtful.size // 2]]
        yes, no = _as_another(pattern, entries[:, doubtful], entries[:, middle], limit)
        faster[doubtful[yes]] = True
        count, doubtful = doubtful.size, doubtful[~(yes | no)]
        if WORTH * (count - doubtful.size) < count:
            break
    faster[doubtful] = fastest_decay(pattern, entries[:, doubtful]) > limit
    return faster


def row_bound(pattern: SparseJacobian, sizes: Float) -> Float:
    """Return the largest row sum; `sizes` are absolute values of entries, (entry, …)."""
    sums: Float = np.add.reduceat(sizes, _begins(pattern.rows))
    return np.asarray(sums.max(axis=0))


@lru_cache(maxsize=64)
def _begins(rows: tuple[int, ...]) -> Int:
    """Return where each row begins: entries are in their order, (row,)."""
    return np.flatnonzero(np.diff(rows, prepend=-1))


def _dense(pattern: SparseJacobian, entries: Float) -> Float:
    """Return Jacobians with their zeros, (batch, row, column)."""
    n = pattern.shape[0]
    full = np.zeros((entries.shape[1], n, n))
    full[:, np.array(pattern.rows), np.array(pattern.columns)] = entries.T
    return full


def _as_another(
    pattern: SparseJacobian, entries: Float, one: Float, limit: float
) -> tuple[Bool, Bool]:
    """Return which Jacobians certainly decay faster than a limit, and which certainly do not.

    Each is a multiple of another one, whose eigenvalues and eigenvectors V are known, and a rest E.
    Its eigenvalues are those of the multiple and V^-1 E V: in discs around the diagonal, with row
    sums beside it of |V^-1| |E| |V| as radii. In what hangs together of discs are as many as there
    are discs (Gerschgorin 1931; Bauer and Fike 1960, Numerische Mathematik 2:137-141,
    doi:10.1007/BF01386217).
    """
    (full,) = _dense(pattern, one[:, None])
    values, vectors = (np.asarray(x, dtype=np.complex128) for x in np.linalg.eig(full))
    condition = float(np.linalg.cond(vectors))
    if not condition <= ILL:
        none = np.zeros(entries.shape[1], dtype=np.bool_)
        return none, none
    real: Float = np.real(values)
    ascending = np.argsort(real)
    inverse, rows, columns = np.linalg.inv(vectors), list(pattern.rows), list(pattern.columns)
    left, right = inverse[ascending][:, rows], vectors.T[ascending][:, columns]
    sizes = np.abs(right)
    weights, shares = np.abs(left) * (sizes.sum(axis=0) - sizes), np.real(left * right)
    others, multiple = np.flatnonzero((entries != one[:, None]).any(axis=1)), np.ones(1)
    if 2 * others.size > one.size:  # where only a few entries differ, the others are no rest
        others, multiple = np.arange(one.size), np.maximum(one @ entries / (one @ one), 0.0)
    rest = entries[others] - one[others, None] * multiple
    radii = weights[:, others] @ np.abs(rest) + ROUNDING * condition * np.abs(entries).max()
    centres: Float = real[ascending][:, None] * multiple + shares[:, others] @ rest
    least, most = _leftmost(centres, radii)
    lowest, highest = _leftmost(-centres[::-1], radii[::-1])
    yes = (-most > limit) & (-lowest <= MOST_GROWTH * -most)
    return yes, (-least <= limit) | (-highest > MOST_GROWTH * -least)


def _leftmost(centres: Float, radii: Float) -> tuple[Float, Float]:
    """Return between which real parts the leftmost eigenvalue of each matrix lies, (batch,) each.

    Discs are given by their centres, about ascending, and radii, (mode, batch). The first ones that
    keep clear of all others hold as many eigenvalues as they are; how many these are is found of
    the mean matrix and holds of most.
    """
    first = _clear(centres.mean(axis=1), radii.mean(axis=1))
    begins, ends = centres - radii, centres + radii
    least: Float = begins.min(axis=0)
    most: Float = ends[:first].max(axis=0)
    if first == len(ends):
        return least, most
    apart: Bool = most < begins[first:].min(axis=0)
    return least, np.where(apart, most, ends.max(axis=0))


def _clear(centres: Float, radii: Float) -> int:
    """Return how many discs it takes from the left to keep clear of the others."""
    ends = np.maximum.accumulate(centres + radii)
    begins = np.minimum.accumulate((centres - radii)[::-1])[::-1]
    apart = np.flatnonzero(ends[:-1] < begins[1:])
    return int(apart[0]) + 1 if apart.size else len(centres)


def _of_all_modes(pattern: SparseJacobian, entries: Float) -> Float:
    real = np.linalg.eigvals(_dense(pattern, entries)).real
    decay, growth = -real.min(axis=1), real.max(axis=1)
    return np.where(growth > MOST_GROWTH * decay, 0.0, decay)


def _of_largest_mode(pattern: SparseJacobian, entries: Float) -> Float:
    """Return how fast the mode decays that powers of the Jacobian single out.

    The Rayleigh quotient is about zero if that mode turns, and negative if it decays.
    """
    n, count = pattern.shape[0], entries.shape[1]
    rows, columns = np.array(pattern.rows), np.array(pattern.columns)
    places: Int = np.add.outer(count * rows, np.arange(count, dtype=np.int64)).ravel()
    start = np.random.default_rng(0).standard_normal((n, 1))  # in every mode; the same every time
    v, quotient = np.repeat(start, count, axis=1), np.zeros(count)
    for _ in range(POWERS):
        v = v / np.maximum(np.linalg.norm(v, axis=0), TINY)
        turned = np.bincount(places, (entries * v[columns]).ravel(), n * count).reshape(n, count)
        quotient = (v * turned).sum(axis=0)
        v = turned
    return np.maximum(-quotient, 0.0)
