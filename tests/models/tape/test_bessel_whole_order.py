"""Bessel functions of the second kind: a series or a difference in place of a limit."""

import mpmath
import pytest

from ratelaw.models.special_functions import SHELF


@pytest.mark.parametrize("name", ["bessely", "besselk"])
@pytest.mark.parametrize("order", [0, 1, -3, 12])
@pytest.mark.parametrize("argument", [0.03125, 2.75, 25.5])
def test_it_has_all_digits_of_the_definition(name: str, order: int, argument: float) -> None:
    context, more = mpmath.MPContext(), mpmath.MPContext()
    context.dps, more.dps = 40, 50
    found = SHELF[name].precise(context, context.mpf(order), context.mpf(argument))
    known = getattr(more, name)(order, more.mpf(argument))
    assert abs(more.mpf(found) - known) <= abs(known) * more.mpf(10) ** -38


@pytest.mark.parametrize("order", [0.5, -2.000001, 300.25])
@pytest.mark.parametrize("argument", [0.03125, 90.0])
def test_the_modified_one_has_all_digits_for_other_orders(order: float, argument: float) -> None:
    context, more = mpmath.MPContext(), mpmath.MPContext()
    context.dps, more.dps = 40, 60
    found = SHELF["besselk"].precise(context, context.mpf(order), context.mpf(argument))
    known = more.besselk(order, more.mpf(argument))
    assert abs(more.mpf(found) - known) <= abs(known) * more.mpf(10) ** -38
