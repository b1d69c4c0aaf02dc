import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ratelaw as rl
from ratelaw.models.errors import InputError, UnknownNameError
from ratelaw.solvers.fit.parameters import ParameterSpace, Range
from ratelaw.solvers.fit.starts import kronecker, start_numbers, start_points

COFFEE = rl.model("dT/dt = -k*(T - T_s); T(0) = 90; k = 0.07; T_s = 21")
FREE = {"k": rl.log(1e-3, 1), "T_s": (-10, 40), "T(0)": (80, 100)}
SPACE = ParameterSpace.of(COFFEE, FREE)
numbers = st.floats(0, 1)


def starts_of(space, count, seed=0):
    return start_points(space, COFFEE.values, start_numbers(count), seed)


def test_names_keep_the_order_in_which_they_were_given():
    assert SPACE.names == ("k", "T_s", "T(0)")


def test_a_start_value_may_be_spelt_with_blanks():
    assert ParameterSpace.of(COFFEE, {"T( 0 )": (1, 2)}).names == ("T(0)",)


@given(st.tuples(numbers, numbers, numbers))
def test_inner_coordinates_lead_back(fractions):
    natural = SPACE.within(np.array(fractions)[:, None])
    assert SPACE.natural(SPACE.inner(natural)) == pytest.approx(natural, rel=1e-14, abs=1e-14)


def test_the_inner_box_has_sides_of_one():
    low, high = SPACE.box
    assert high - low == pytest.approx(np.ones((3, 1)))


def test_zero_stays_zero_inside_so_that_no_digits_are_lost():
    space = ParameterSpace.of(COFFEE, {"k": (-1e6, 1e6)})
    small = np.array([[1.23456789012345e-9]])
    assert space.natural(space.inner(small)) == pytest.approx(small, rel=1e-15)


def test_the_middle_of_a_logarithmic_range_is_the_geometric_mean():
    assert SPACE.within(np.full((3, 1), 0.5))[0, 0] == pytest.approx(np.sqrt(1e-3))


def test_natural_values_never_leave_the_bounds():
    low, high = SPACE.bounds
    assert (SPACE.natural(np.full((3, 1), -9.0)) == low).all()
    assert (SPACE.natural(np.full((3, 1), 9.0)) == high).all()


def test_the_slope_is_the_derivative_of_natural_by_inner_values():
    inner = SPACE.inner(np.array([[0.02], [20.0], [90.0]]))
    h = 1e-6
    quotient = (SPACE.natural(inner + h) - SPACE.natural(inner - h)) / (2 * h)
    assert SPACE.slope(SPACE.natural(inner)) == pytest.approx(quotient, rel=1e-8)


@pytest.mark.parametrize(
    ("free", "error", "says"),
    [
        ("k", InputError, "free: got .k.; expected bounds by name"),
        (["k"], InputError, "free: k has no bounds in the model; give bounds"),
        ({}, InputError, "free: got nothing; name what may vary"),
        ({"K": (0, 1)}, UnknownNameError, r"free: no K in this model.*Did you mean k\?"),
        ({"T": (0, 1)}, UnknownNameError, r"free: T is a state; its start value is called T\(0\)"),
        ({7: (0, 1)}, InputError, "free: got 7 as a name"),
        ({"k": 3}, InputError, r"free: k got 3; expected \(low, high\)"),
        ({"k": (0, 1, 2)}, InputError, r"free: k got \(0, 1, 2\); expected \(low, high\)"),
        ({"k": (1, 0)}, InputError, "free: k, bounds: got low 1 and high 0; low must be smaller"),
        ({"k": (0, float("inf"))}, InputError, "free: k, bounds: got inf as high"),
        ({"k": ("a", 1)}, InputError, "free: k, bounds: got 'a' as low"),
        ({"T(0)": (0, 1), "T( 0)": (0, 1)}, InputError, r"free: T\(0\) is given twice"),
    ],
)
def test_what_cannot_vary_is_answered_by_name(free, error, says):
    with pytest.raises(error, match=says):
        ParameterSpace.of(COFFEE, free)


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        (0, 1, "log: got low 0; a logarithm needs bounds above zero"),
        (-1, 1, "above zero"),
        (2, 1, "log: got low 2 and high 1; low must be smaller than high"),
        (1, 1, "low must be smaller"),
        (1, float("nan"), "got nan as high; a bound is a finite number"),
        (1, np.ma.masked, "got masked as high; a bound is a finite number"),
    ],
)
def test_a_logarithm_needs_positive_bounds_in_order(low, high, says):
    with pytest.raises(InputError, match=says):
        rl.log(low, high)


def test_start_0_is_the_models_own_values():
    assert starts_of(SPACE, 5)[:, 0].tolist() == [0.07, 21, 90]


def test_an_own_value_outside_the_bounds_is_replaced_when_there_are_more_starts():
    space = ParameterSpace.of(COFFEE, {"k": (1, 2), "T_s": (0, 40)})
    begin = starts_of(space, 3)[:, 0]
    assert 1 <= begin[0] <= 2
    assert begin[1] == 21


def test_an_only_start_outside_the_bounds_is_refused():
    space = ParameterSpace.of(COFFEE, {"k": (1, 2)})
    with pytest.raises(InputError, match=r"free: k is 0.07 in the model, outside \(1, 2\)"):
        starts_of(space, 1)


def test_a_start_is_the_same_alone_and_among_many():
    assert (starts_of(SPACE, [17])[:, 0] == starts_of(SPACE, 1000)[:, 17]).all()


def test_another_seed_gives_other_starts():
    assert (starts_of(SPACE, 9, seed=0)[:, 1:] != starts_of(SPACE, 9, seed=1)[:, 1:]).all()


@pytest.mark.parametrize("dimension", [1, 2, 5])
def test_the_sequence_fills_the_box_more_evenly_than_chance(dimension):
    points = kronecker(dimension, np.arange(400), seed=3)
    assert ((points >= 0) & (points < 1)).all()
    for row in points:  # largest distance of the empirical distribution from the uniform one
        gap = np.abs(np.sort(row) - (np.arange(400) + 0.5) / 400).max()
        assert gap < 0.02  # about 0.06 for random numbers


@pytest.mark.parametrize("starts", [0, -1, 2.5, True, "many", [], [1.5], [-1], None])
def test_what_is_no_number_of_starts_is_refused(starts):
    with pytest.raises(InputError, match="starts: got"):
        start_numbers(starts)


@pytest.mark.parametrize("seed", [-1, 0.5, None, "x"])
def test_what_is_no_seed_is_refused(seed):
    with pytest.raises(InputError, match="seed: got"):
        starts_of(SPACE, 2, seed=seed)


@pytest.mark.parametrize(
    ("bounds", "shown"), [(rl.log(1, 2), "log(1, 2)"), (Range(0, 40), "(0, 40)")]
)
def test_bounds_are_shown_as_they_are_written(bounds, shown):
    assert repr(bounds) == shown
