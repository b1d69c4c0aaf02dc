"""Linear systems that come apart because their matrices have eigenvectors in common."""

import pytest

from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.exact.solve import solve_exactly

APART = (
    "dx/dt = x + y + t*z; dy/dt = x + t*y + z; dz/dt = t*x + y + z; x(0) = 1; y(0) = 2; z(0) = 4"
)


def test_combinations_with_equations_of_their_own_solve_the_system() -> None:
    exact = solve_exactly(APART, budget=20)
    assert exact.certificate.valid
    assert exact.derivation.checked
    assert "eigenvectors in common" in str(exact.derivation)


def test_the_sum_of_the_states_grows_by_its_own_rate() -> None:
    exact = solve_exactly(APART, budget=20)
    total = sum(exact(0.8)[name] for name in "xyz")
    assert total == pytest.approx(7.0 * 2.718281828459045 ** (2 * 0.8 + 0.32), rel=1e-12)


def test_a_system_without_enough_of_them_is_left() -> None:
    text = "dx/dt = x + t*y; dy/dt = t^2*x + y; x(0) = 1; y(0) = 2"
    with pytest.raises(NoClosedFormError):
        solve_exactly(text, budget=5)
