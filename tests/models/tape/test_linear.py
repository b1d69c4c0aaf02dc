"""Sparse elimination on the tape: solutions, fill, shared factors, pivots that are too small."""

import numpy as np
import pytest

from ratelaw.models.tape import Builder
from ratelaw.models.tape.linear import connected_parts, elimination_order, factor, misfit


def solved(matrix, right):
    """Return the solution by a tape whose pattern is that of the matrix, and its misfit."""
    n = len(matrix)
    places = [(i, j) for i in range(n) for j in range(n) if i == j or matrix[i][j] != 0]
    builder = Builder([*(f"a[{k}]" for k in range(len(places))), *(f"b[{i}]" for i in range(n))])
    entries = dict(zip(places, builder.inputs, strict=False))
    factors = factor(entries, n)
    b = list(builder.inputs[len(places) :])
    x = factors.solve(b)
    pairs = misfit(entries, x, b)
    tape = builder.finish([*x, *(abs(r) / s for r, s in pairs)])
    found = tape(*(matrix[i][j] for i, j in places), *right)
    return np.array(found[:n]), max(found[n:])


@pytest.mark.parametrize("seed", range(12))
def test_a_system_with_a_large_diagonal_is_solved(seed):
    rng = np.random.default_rng(seed)
    n = 1 + seed // 2
    matrix = rng.uniform(-1, 1, (n, n)) * (rng.random((n, n)) < 0.5)
    matrix[range(n), range(n)] += np.abs(matrix).sum(axis=1) + 1
    right = rng.uniform(0.5, 5, n)
    x, missed = solved(matrix, right)
    assert x == pytest.approx(np.linalg.solve(matrix, right), rel=1e-9, abs=1e-12)
    assert missed < 1e-13


def test_a_pivot_too_small_shows_in_the_misfit():
    assert solved(np.array([[1e-18, 1.0], [1.0, 1.0]]), [1.0, 2.0])[1] > 1e-3
    assert solved(np.array([[2.0, 1.0], [1.0, 1.0]]), [1.0, 2.0])[1] < 1e-15


def test_an_arrow_is_eliminated_from_its_tip_without_fill():
    n = 8
    arrow = [(i, j) for i in range(n) for j in range(n) if i == j or 0 in (i, j)]
    assert elimination_order(arrow, range(n))[-2:] in ([0, n - 1], [n - 1, 0])


def divisions(n, bandwidth):
    builder = Builder()
    entries = {
        (i, j): builder.input(f"a{i}_{j}")
        for i in range(n)
        for j in range(n)
        if abs(i - j) <= bandwidth
    }
    x = factor(entries, n).solve([builder.input(f"b{i}") for i in range(n)])
    return len(builder.finish(x).nodes)


def test_the_work_for_a_band_grows_with_its_length_only():
    lengths = [divisions(n, 1) for n in (20, 40, 80)]
    assert lengths[2] - lengths[1] == pytest.approx(2 * (lengths[1] - lengths[0]), rel=0.02)


def test_parts_come_after_those_they_need():
    chain = [(1, 0), (2, 1), (0, 0)]
    assert connected_parts(chain, 3) == [[0], [1], [2]]
    loop = [(0, 2), (2, 0), (1, 0)]
    assert connected_parts(loop, 3) == [[0, 2], [1]]


def test_a_chain_longer_than_python_recurses_has_a_part_for_each_member():
    n = 5000
    assert len(connected_parts(((i, i + 1) for i in range(n - 1)), n)) == n


def test_equal_parts_share_one_factorisation():
    builder = Builder()
    block = {(i, j): builder.input(f"a{i}{j}") for i in range(2) for j in range(2)}
    twice = (
        block | {(i + 2, j + 2): v for (i, j), v in block.items()} | {(2, 0): builder.input("m")}
    )
    for entries, n in ((block, 2), (twice, 4)):
        x = factor(entries, n).solve([builder.input(f"b{i}") for i in range(n)])
        tape = builder.finish(x)
        assert sum(node.op == "div" for node in tape.nodes) == 2
