"""Starts next to a state of rest: quadratic rates keep their digits there, before and after."""

import mpmath
import pytest

import ratelaw as rl
from ratelaw.models.exact.form import ClosedForm
from ratelaw.models.tape import Tape
from ratelaw.models.tape.precise import Precise

INFECTED = [0.0, 1e-9, 1e-3, 10.0, 500.0]
RATES = [(0.5, 0.3), (0.3, 0.5), (0.4, 0.4000001), (0.5, 0.0), (0.0, 0.5), (2.0, 0.1)]


@pytest.fixture(scope="module")
def infection() -> ClosedForm:
    return rl.solve_exactly(rl.library["sis"], budget=20)


@pytest.mark.parametrize("infected", INFECTED)
@pytest.mark.parametrize(("beta", "gamma"), RATES)
def test_an_infection_keeps_its_digits_from_a_few_on_and_to_the_last(
    infection: ClosedForm, infected: float, beta: float, gamma: float
) -> None:
    formula = infection.formula
    assert isinstance(formula, Tape)
    for time in (0.3, 9.0, 52.0):
        known = {"t": time, "beta": beta, "gamma": gamma, "S(0)": 990.0, "I(0)": infected}
        wanted = Precise(60)(formula, known)
        found = infection.tape(*(known[n] for n in infection.tape.inputs))
        for one, other in zip(found, wanted, strict=True):
            assert mpmath.isfinite(other)
            assert one == pytest.approx(float(other), rel=1e-12)
