"""Order conditions of Runge-Kutta and Rosenbrock methods: one equation per rooted tree.

Each elementary differential in the Taylor series of y' = f(y) belongs to one rooted tree; a method
has order p if its own series agrees on every tree with at most p nodes.

References
----------
J. C. Butcher (1963), Coefficients for the study of Runge-Kutta integration processes, Journal of
the Australian Mathematical Society 3(2), 185-201, doi:10.1017/S1446788700027932; E. Hairer,
S. P. Nørsett, G. Wanner (1993), Solving Ordinary Differential Equations I, sections II.2 (trees)
and II.6 (dense output), doi:10.1007/978-3-540-78862-1; E. Hairer, G. Wanner (1996), Solving
Ordinary Differential Equations II, section IV.7 (Rosenbrock), doi:10.1007/978-3-642-05221-7.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import zip_longest
from math import prod
from typing import TypeAlias

from .coefficients import Row, dot

Tree: TypeAlias = "tuple[Tree, ...]"
"""A rooted tree: the sorted tuple of the branches at its root. A lone node is ``()``."""

Matrix: TypeAlias = tuple[Row, ...]
"""Coefficients of the stages, one row each."""


def n_nodes(tree: Tree) -> int:
    """Return the number of nodes, which is the order of the term the tree stands for."""
    return 1 + sum(n_nodes(branch) for branch in tree)


def density(tree: Tree) -> int:
    """Return gamma(tree): the product, over all nodes, of the size of the subtree they carry.

    >>> tall, bushy = (((),),), ((), ())
    >>> density(tall), density(bushy)
    (6, 3)
    """
    return n_nodes(tree) * prod(density(branch) for branch in tree)


def _grown(tree: Tree) -> Iterator[Tree]:
    """Yield the trees that arise by hanging one leaf on one node."""
    yield tuple(sorted((*tree, ())))
    for i, branch in enumerate(tree):
        for larger in _grown(branch):
            yield tuple(sorted((*tree[:i], larger, *tree[i + 1 :])))


@lru_cache
def rooted_trees(size: int) -> tuple[Tree, ...]:
    """Return every rooted tree with exactly this many nodes.

    >>> [len(rooted_trees(size)) for size in range(1, 9)]
    [1, 1, 2, 4, 9, 20, 48, 115]
    """
    if size <= 1:
        return ((),) * size
    return tuple(sorted({tree for smaller in rooted_trees(size - 1) for tree in _grown(smaller)}))


def trees_up_to(order: int) -> tuple[Tree, ...]:
    """Return every rooted tree with at most this many nodes, small ones first."""
    return tuple(tree for size in range(1, order + 1) for tree in rooted_trees(size))


def elementary_weights(a: Matrix, tree: Tree, single: Matrix | None = None) -> Row:
    """Return Phi_i(tree), one number per stage: the stage's own series on this tree.

    Parameters
    ----------
    a
        Coefficients of the stages.
    tree
        The tree.
    single
        Coefficients at nodes with a single branch: alpha + gamma for a Rosenbrock method, whose
        Jacobian acts there; the same as `a` when not given.
    """
    matrix = single if single is not None and len(tree) == 1 else a
    weights: Row = (Fraction(1),) * len(a)
    for branch in tree:
        inner = elementary_weights(a, branch, single)
        weights = tuple(w * dot(row, inner) for w, row in zip(weights, matrix, strict=True))
    return weights


def residuals(
    a: Matrix, b: Row, order: int, single: Matrix | None = None
) -> dict[Tree, Fraction | float]:
    """Return sum_i b_i Phi_i(tree) - 1 / gamma(tree) for each tree up to the order."""
    return {
        tree: dot(b, elementary_weights(a, tree, single)) - Fraction(1, density(tree))
        for tree in trees_up_to(order)
    }


def dense_residuals(
    a: Matrix, dense: Matrix, order: int, single: Matrix | None = None
) -> dict[Tree, Row]:
    """Return sum_i b_i(theta) Phi_i(tree) - theta^n / gamma(tree) for each tree up to the order.

    Each residual is a polynomial, given by its coefficients from theta^1 upward.
    """
    powers = [*zip_longest(*dense, fillvalue=Fraction(0))]
    powers += [()] * (order - len(powers))  # a term the polynomial is too short to have
    return {
        tree: tuple(
            dot(column, elementary_weights(a, tree, single))
            - Fraction(power == n_nodes(tree), density(tree))
            for power, column in enumerate(powers, start=1)
        )
        for tree in trees_up_to(order)
    }
