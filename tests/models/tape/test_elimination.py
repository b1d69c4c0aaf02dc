"""Elimination by lists of places: what they come to, and how long they are."""

import numpy as np
import pytest

from ratelaw.models.tape.elimination import INVERTED, eliminated, products


def run(sums, x, left, right, scale):
    for q, (target, by) in enumerate(zip(sums.targets, sums.scales, strict=True)):
        span = range(sums.starts[q], sums.starts[q + 1])
        rest = x[target] - sum(left[sums.left[r]] * right[sums.right[r]] for r in span)
        x[target] = 1 / rest if by == INVERTED else rest * scale[by]


def solved(matrix, right):
    n = len(matrix)
    pattern = tuple((i, j) for i in range(n) for j in range(n) if matrix[i][j])
    found = eliminated(pattern, n)
    values = np.zeros(found.one + 1, dtype=complex)
    values[found.one] = 1
    for (i, j), place in found.places.items():
        values[place] = matrix[i][j]
    run(found.factor, values, values, values, values)
    x = np.array(right, dtype=complex)
    run(found.solve, x, values, x, values)
    return x


@pytest.mark.parametrize("seed", range(12))
def test_a_system_with_a_large_diagonal_is_solved(seed):
    rng = np.random.default_rng(seed)
    n = 1 + seed
    matrix = rng.uniform(-1, 1, (n, n)) * (rng.random((n, n)) < 0.4) * (1 + 0.5j)
    matrix[range(n), range(n)] += np.abs(matrix).sum(axis=1) + 1
    right = rng.uniform(0.5, 5, n)
    assert solved(matrix, right) == pytest.approx(np.linalg.solve(matrix, right), rel=1e-12)


def band(n, width=1):
    return tuple((i, j) for i in range(n) for j in range(n) if abs(i - j) <= width)


def test_the_work_for_a_band_grows_with_its_length_only():
    assert eliminated(band(80), 80).size <= 2 * eliminated(band(40), 40).size + 8


def test_what_a_factorisation_takes_is_known_before():
    for pattern, n in ((band(20, 3), 20), (band(6, 6), 6)):
        assert products(pattern, n) == len(eliminated(pattern, n).factor.left)
