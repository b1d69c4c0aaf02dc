"""How fast modes decay: what bounds tell is what eigenvalues tell."""

import numpy as np
import pytest

from ratelaw.models.library import SHELF
from ratelaw.models.tape.differentiate import SparseJacobian
from ratelaw.models.tape.program import Builder
from ratelaw.solvers.decay import decays_faster, fastest_decay
from ratelaw.solvers.problem import initial_value_problem
from ratelaw.solvers.row_bounds import jacobian_function

MEMBERS = 300
LIMIT = 1000.0


def scattered(name, size):
    """Return the Jacobians of a model at start values and parameters scattered by some factor."""
    problem = initial_value_problem(SHELF[name].model, 1.0)
    pattern, function = jacobian_function(problem.system)
    rng = np.random.default_rng(0)
    y, p = (
        np.ascontiguousarray(x * np.exp(size * rng.standard_normal((len(x), MEMBERS))))
        for x in (problem.y0, problem.p)
    )
    with np.errstate(all="ignore"):
        return pattern, np.array(function(0.0, y, p))


def full(n):
    """Return the pattern of a matrix of n states that has no zeros."""
    rows, columns = np.divmod(np.arange(n * n), n)
    return SparseJacobian((n, n), tuple(rows), tuple(columns), Builder(()).finish([]))


def told(pattern, entries):
    """Return what bounds tell where eigenvalues tell the same."""
    found = decays_faster(pattern, entries, LIMIT)
    assert np.array_equal(found, fastest_decay(pattern, entries) > LIMIT)
    return found


@pytest.mark.parametrize("name", SHELF.names())
def test_of_the_library_bounds_tell_what_eigenvalues_tell(name):
    for size in (0.05, 0.8):
        pattern, entries = scattered(name, size)
        for span in (1.0, 1e2, 1e4) if pattern.rows else ():
            told(pattern, span * entries)


@pytest.mark.parametrize("n", [2, 3, 6])
@pytest.mark.parametrize("near", [1e-3, 0.1, 1.0])
def test_of_matrices_near_one_another_bounds_tell_what_eigenvalues_tell(n, near):
    rng, verdicts = np.random.default_rng(n), []
    for _ in range(20):
        one = rng.standard_normal(n * n) - 2 * np.eye(n).ravel()
        size = LIMIT * 10 ** rng.uniform(-1.0, 1.0)
        others = 1 + near * rng.standard_normal((n * n, MEMBERS))
        verdicts.append(told(full(n), size * one[:, None] * others).mean())
    assert min(verdicts) < 0.3
    assert max(verdicts) > 0.5


def test_an_ensemble_of_likes_is_not_decomposed_one_by_one(monkeypatch):
    pattern, entries = scattered("hires", 0.02)
    counted, plain = [], np.linalg.eigvals
    monkeypatch.setattr(np.linalg, "eigvals", lambda a: counted.append(len(a)) or plain(a))
    assert decays_faster(pattern, 1e4 * entries, LIMIT).all()
    assert sum(counted) < MEMBERS / 10


def test_where_eigenvectors_tell_nothing_eigenvalues_are_asked():
    """One vector for two modes: a hundredth part of it beside is a tenth part of a decay."""
    slowing = np.array([[-1.0], [1.0], [0.0], [-1.0]]) * np.ones(2 * MEMBERS)
    slowing[2] = np.linspace(0.0, 0.01, 2 * MEMBERS)
    found = told(full(2), 950.0 * slowing)
    assert found[-1]
    assert not found[0]


def test_what_is_not_finite_decays_not_and_leaves_the_others_alone():
    entries = np.outer([-2 * LIMIT, 0.0, 0.0, -1.0], np.ones(2 * MEMBERS))
    entries[1, 7], entries[0, 9] = np.nan, -np.inf
    found = told(full(2), entries)
    assert np.flatnonzero(~found).tolist() == [7, 9]
