import re
import sys
from dataclasses import replace
from fractions import Fraction
from math import cos, exp, factorial, fsum, log2, sin
from textwrap import dedent

import pytest
import scipy.integrate

from ratelaw.models.errors import UnknownNameError
from ratelaw.models.shelf import Shelf
from ratelaw.solvers.method import Method
from ratelaw.solvers.methods import SHELF
from ratelaw.solvers.tableaux.taylor import TaylorSeries

METHODS = [m for m in SHELF.values() if not isinstance(m.tableau, TaylorSeries)]
EXPLICIT = [m for m in METHODS if m.tableau.is_explicit]
with_estimate = [m for m in METHODS if m.embedded_order is not None]
with_own_dense_output = [m for m in METHODS if m.dense_order is not None]


def for_each(methods):
    return pytest.mark.parametrize("method", methods, ids=lambda method: method.name)


def vanishes(residual, rounding=3e-14):
    """Exactly for rationals; up to the rounding of published decimals."""
    return residual == 0 if isinstance(residual, Fraction) else abs(residual) < rounding


def combine(weights, slopes):
    return sum(float(w) * k for w, k in zip(weights, slopes, strict=True))


def slopes(tableau, f, t, y, h):
    ks = []
    for c, row in zip(tableau.c, tableau.a, strict=True):
        ks.append(f(t + float(c) * h, y + h * combine(row, ks)))
    return ks


def step(tableau, f, t, y, h):
    return y + h * combine(tableau.b, slopes(tableau, f, t, y, h))


def largest_error(tableau, n_steps, end=6.0):
    """Largest error among n equal steps on y' = y cos t, y(0) = 1."""
    h, parts, worst = end / n_steps, [1.0], 0.0
    for i in range(n_steps):
        y = fsum(parts)  # exact sums: tsit5 nears its order only close to rounding
        parts.append(h * combine(tableau.b, slopes(tableau, lambda t, y: y * cos(t), i * h, y, h)))
        worst = max(worst, abs(fsum(parts) - exp(sin((i + 1) * h))))
    return worst


def measured_order(tableau, n_steps=200):
    return log2(largest_error(tableau, n_steps) / largest_error(tableau, 2 * n_steps))


@pytest.mark.parametrize("name", SHELF)
def test_a_method_is_called_as_its_file(name):
    assert SHELF[name].name == name


@for_each(SHELF.values())
def test_a_method_names_its_source_with_year_and_doi(method):
    assert re.search(r"\((17|18|19|20)\d\d\)", method.source)
    assert re.search(r"doi:10\.\d{4,}/\S+", method.source)


@for_each(METHODS)
def test_order_conditions_hold_up_to_the_order(method):
    assert all(map(vanishes, method.tableau.order_conditions(method.order).values()))


@for_each(METHODS)
def test_order_conditions_fail_beyond_the_order(method):
    assert not all(map(vanishes, method.tableau.order_conditions(method.order + 1).values()))


@for_each([*with_estimate, *(m.adaptive for m in METHODS if m not in with_estimate)])
def test_the_embedded_method_has_its_order_and_no_more(method):
    tableau, order = method.tableau, method.embedded_order
    assert all(map(vanishes, tableau.order_conditions(order, tableau.b_embedded).values()))
    assert not all(map(vanishes, tableau.order_conditions(order + 1, tableau.b_embedded).values()))


@for_each([m for m in METHODS if m.coarse_order is not None])
def test_the_second_estimate_has_its_order_and_no_more(method):
    tableau, order = method.tableau, method.coarse_order
    coarse = tuple(x - y for x, y in zip(tableau.b, tableau.b_coarse, strict=True))
    assert all(map(vanishes, tableau.order_conditions(order, coarse).values()))
    assert not all(map(vanishes, tableau.order_conditions(order + 1, coarse).values()))


@for_each([m for m in EXPLICIT if m.coarse_order is None])
def test_the_error_estimate_falls_with_its_stated_power_of_the_step(method):
    def estimate(h):
        tableau = method.adaptive.tableau
        ks = slopes(tableau, lambda t, y: y * cos(t), 0.3, 1.0, h)
        return abs(h * combine(tableau.b_error, ks))

    assert log2(estimate(0.05) / estimate(0.025)) == pytest.approx(method.error_order, abs=0.2)


@for_each(EXPLICIT)
def test_error_shrinks_with_the_order_of_the_method(method):
    n_steps = 20 if method.order > 5 else 200  # before rounding shows
    assert measured_order(method.tableau, n_steps) == pytest.approx(method.order, abs=0.2)


@for_each(EXPLICIT)
def test_a_first_same_as_last_stage_is_the_slope_at_the_new_point(method):
    def f(t, y):
        return y * cos(t)

    y_new = step(method.tableau, f, 0.3, 1.0, 0.1)
    last = slopes(method.tableau, f, 0.3, 1.0, 0.1)[-1]
    assert method.tableau.first_same_as_last == (last == pytest.approx(f(0.4, y_new), rel=1e-13))


@for_each(EXPLICIT)
def test_the_stability_polynomial_is_the_exponential_up_to_the_order(method):
    head = method.tableau.stability_polynomial[: method.order + 1]
    assert all(vanishes(x - Fraction(1, factorial(k))) for k, x in enumerate(head))


@for_each(EXPLICIT)
def test_steps_decay_within_the_stability_interval_and_grow_beyond_it(method):
    def growth(h):
        return abs(step(method.tableau, lambda t, y: -y, 0.0, 1.0, h))

    limit = method.tableau.stability_interval
    assert growth(0.99 * limit) < 1 < growth(1.01 * limit)


@for_each(with_own_dense_output)
def test_dense_output_has_its_order_at_every_theta_and_no_more(method):
    def holds(order):
        residuals = method.tableau.dense_conditions(order).values()
        # Published decimals leave rounding in proportion to their size.
        rounding = 1e-14 * max(abs(x) for row in method.tableau.dense for x in row)
        return all(vanishes(coefficient, rounding) for row in residuals for coefficient in row)

    assert holds(method.dense_order)
    assert not holds(method.dense_order + 1)


@for_each([m for m in with_own_dense_output if m in EXPLICIT])
def test_dense_output_ends_at_the_new_point(method):
    tableau = method.tableau
    ends = [sum(row) for row in tableau.dense]
    assert all(vanishes(end - weight, 1e-13) for end, weight in zip(ends, tableau.b, strict=True))


@for_each([m for m in with_own_dense_output if m in EXPLICIT])
def test_dense_output_joins_the_next_step_without_a_kink(method):
    n = method.tableau.n_stages
    last = method.tableau.end_stage
    starts = [row[0] for row in method.tableau.dense]
    ends = [sum(k * x for k, x in enumerate(row, start=1)) for row in method.tableau.dense]
    assert starts == [i == 0 for i in range(n)]
    assert all(vanishes(end - (i == last), 1e-12) for i, end in enumerate(ends))


@for_each(EXPLICIT)
def test_a_doubled_step_is_two_half_steps_compared_with_one(method):
    def f(t, y):
        return y * cos(t) - t

    t, y, h = 0.3, 1.0, 0.2
    doubled = method.tableau.doubled(method.order)
    ks = slopes(doubled, f, t, y, h)
    halves = step(method.tableau, f, t + h / 2, step(method.tableau, f, t, y, h / 2), h / 2)
    whole = step(method.tableau, f, t, y, h)
    assert y + h * combine(doubled.b, ks) == pytest.approx(halves, rel=1e-14)
    assert h * combine(doubled.b_error, ks) == pytest.approx(
        (whole - halves) / (2**method.order - 1), abs=1e-15
    )


@for_each([m for m in EXPLICIT if m.order <= 5])
def test_doubling_keeps_the_order_and_its_estimate_sees_nothing_below_it(method):
    doubled = method.tableau.doubled(method.order)
    assert all(map(vanishes, doubled.order_conditions(method.order).values()))
    extrapolated = doubled.order_conditions(method.order + 1, doubled.b_embedded)
    assert all(map(vanishes, extrapolated.values()))


@for_each(with_estimate)
def test_a_method_that_estimates_its_error_is_adaptive_as_it_is(method):
    assert method.adaptive is method


def test_a_method_prints_as_one_line():
    assert str(SHELF["bosh3"]) == "bosh3: order 3(2), 4 stages, the last shared with the next step"


def compare_with_scipy(name, scipys):
    """Return pairs of our coefficients and those typed independently in scipy."""
    tableau = SHELF[name].tableau
    return [
        *zip(tableau.b[:-1], scipys.B, strict=True),
        *((-ours, theirs) for ours, theirs in zip(tableau.b_error, scipys.E, strict=True)),
        *(
            (ours, scipys.A[i, j])
            for i, row in enumerate(tableau.a[:-1])
            for j, ours in enumerate(row)
        ),
    ]


@pytest.mark.parametrize(("name", "scipys"), [("bosh3", "RK23"), ("dopri5", "RK45")])
def test_coefficients_are_those_of_scipy(name, scipys):
    pairs = compare_with_scipy(name, getattr(scipy.integrate, scipys))
    assert [float(ours) for ours, _ in pairs] == pytest.approx([y for _, y in pairs], rel=1e-15)


def test_the_quartic_of_dopri5_is_that_of_scipy():
    ours = [float(x) for row in SHELF["dopri5"].tableau.dense for x in row]
    assert ours == pytest.approx(scipy.integrate.RK45.P.ravel(), rel=1e-15)


def test_tsit5_with_the_sign_printed_in_its_paper_is_refused():
    tableau = SHELF["tsit5"].tableau
    with pytest.raises(ValueError, match=r"b_error sums to 0\.0303"):
        replace(tableau, b_error=(*tableau.b_error[:-1], 1 / 66))


@pytest.mark.parametrize("claim", [{"embedded_order": 3}, {"dense_order": 3}, {"order": 0}])
def test_a_claim_that_its_tableau_cannot_keep_is_refused(claim):
    with pytest.raises(ValueError, match=next(iter(claim))):
        replace(SHELF["rk4"], **claim)


def test_an_unknown_method_is_answered_with_those_there_are():
    with pytest.raises(UnknownNameError, match=r"there are .*dopri5.* Did you mean dopri5"):
        SHELF["dorpi5"]


@pytest.fixture
def garage(tmp_path, monkeypatch):
    """A shelf of one's own: a package outside ratelaw with one method file in it."""
    folder = tmp_path / "garage"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "ralston.py").write_text(
        dedent("""
            from ratelaw.solvers.method import Method
            from ratelaw.solvers.tableaux.tableau import ButcherTableau

            METHOD = Method(
                name="ralston",
                tableau=ButcherTableau.read('''
                    0   |
                    2/3 | 2/3
                    ----+--------
                        | 1/4 3/4
                '''),
                order=2,
                embedded_order=None,
                source="A. Ralston (1962), doi:10.1090/S0025-5718-1962-0150954-0",
            )
            """)
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield Shelf[Method]("garage", "METHOD", "method")
    for module in ("garage.ralston", "garage"):
        sys.modules.pop(module, None)


def test_a_method_is_added_by_dropping_one_file(garage):
    assert garage.names() == ("ralston",)
    assert measured_order(garage["ralston"].tableau) == pytest.approx(2, abs=0.2)


def test_a_method_is_shown_in_a_line():
    assert repr(SHELF["rk4"]) == str(SHELF["rk4"]) == "rk4: order 4, 4 stages"
