from dataclasses import FrozenInstanceError
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratelaw.models.errors import InputError
from ratelaw.solvers.tableaux.coefficients import numbers, quartic_extension
from ratelaw.solvers.tableaux.order_conditions import density, n_nodes, rooted_trees
from ratelaw.solvers.tableaux.tableau import ButcherTableau

MIDPOINT = ButcherTableau.read("""
    0   |
    1/2 | 1/2
    ----+------
        | 0   1
    """)

RADAU_IIA = ButcherTableau.read("""
    1/3 | 5/12 -1/12
    1   | 3/4   1/4
    ----+-----------
        | 3/4   1/4
    """)


@st.composite
def explicit_tableaux(draw):
    n = draw(st.integers(1, 4))
    coefficient = st.fractions(-3, 3, max_denominator=12)
    a = tuple(tuple(draw(coefficient) for _ in range(i)) for i in range(n))
    head = tuple(draw(coefficient) for _ in range(n - 1))
    return ButcherTableau(a=a, b=(*head, 1 - sum(head, Fraction(0))))


def test_a_tableau_is_read_as_it_is_drawn():
    drawn = ButcherTableau.read("""
        0 |
        1 | 1
        --+--------
          | 1/2 1/2
          | 1   0
        """)
    half, one = Fraction(1, 2), Fraction(1)
    assert drawn == ButcherTableau(
        a=((), (one,)), b=(half, half), b_error=(-half, half), c=(Fraction(0), one)
    )


def test_a_decimal_stays_the_decimal_of_the_paper_and_a_rational_stays_exact():
    assert [*map(type, numbers("0.1 1/10 -3"))] == [float, Fraction, Fraction]


def test_stage_times_are_the_row_sums_unless_given():
    assert ButcherTableau(a=((), (Fraction(2, 3),)), b=numbers("1/4 3/4")).c == (0, Fraction(2, 3))


def test_a_tableau_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        MIDPOINT.b = (1, 0)


@pytest.mark.parametrize(
    ("mistake", "told"),
    [
        ({"b": numbers("1/2 1/3")}, "b sums to 5/6, expected 1"),
        ({"b": ()}, r"the rows of a hold \[0, 1\] numbers; 0 weights in b"),
        ({"b": numbers("1")}, r"1 weights in b need \[0\] \(explicit\) or \[1\] \(implicit\)"),
        ({"a": ((), numbers("1/2 1/2"))}, r"\[0, 2\] numbers; 2 weights in b need \[0, 1\]"),
        ({"c": numbers("0 1/3")}, "row 1 of a sums to 1/2, expected 1/3"),
        ({"c": numbers("0")}, "c has 1 entries, expected one per stage: 2"),
        ({"b_error": numbers("1/2 1/2")}, "b_error sums to 1, expected 0"),
        ({"b_error": numbers("0")}, "b_error has 1 entries"),
        ({"dense": (numbers("1"), numbers("1"))}, "row 0 of dense sums to 1, expected 0"),
        ({"dense": (numbers("0"),)}, "dense has 1 entries"),
    ],
)
def test_a_mistyped_tableau_says_what_does_not_add_up(mistake, told):
    right = {"a": ((), numbers("1/2")), "b": numbers("0 1")}
    with pytest.raises(ValueError, match=told):
        ButcherTableau(**right | mistake)


def test_rooted_trees_are_as_many_as_combinatorics_says():
    counts = [len(rooted_trees(size)) for size in range(1, 9)]
    assert counts == [1, 1, 2, 4, 9, 20, 48, 115]  # sequence A000081


def test_a_rooted_tree_has_the_nodes_it_is_listed_under():
    assert all(n_nodes(tree) == size for size in range(1, 8) for tree in rooted_trees(size))


def test_density_of_a_bush_is_its_size_and_of_a_chain_its_factorial():
    assert (density(((), (), ())), density(((((),),),))) == (4, 24)


def test_order_conditions_hold_for_implicit_tableaus_too():
    assert not any(RADAU_IIA.order_conditions(3).values())
    assert any(RADAU_IIA.order_conditions(4).values())


def test_an_implicit_tableau_is_told_from_an_explicit_one():
    assert (MIDPOINT.is_explicit, RADAU_IIA.is_explicit) == (True, False)


@pytest.mark.parametrize("ask", [lambda t: t.doubled(3), lambda t: t.stability_interval])
def test_what_is_offered_for_explicit_tableaus_only_is_refused(ask):
    with pytest.raises(InputError, match="explicit"):
        ask(RADAU_IIA)


def test_order_conditions_of_hermite_output_are_refused():
    with pytest.raises(InputError, match="Hermite"):
        MIDPOINT.dense_conditions(2)


def test_without_an_embedded_method_there_are_no_embedded_weights():
    assert MIDPOINT.b_embedded is None


def test_first_same_as_last_needs_the_last_stage_at_the_end_of_the_step():
    hermite_ready = ButcherTableau(a=(*MIDPOINT.a, MIDPOINT.b), b=(*MIDPOINT.b, 0))
    assert (MIDPOINT.first_same_as_last, hermite_ready.first_same_as_last) == (False, True)


def test_a_quartic_without_bump_is_the_cubic_hermite_polynomial():
    first, middle, last = quartic_extension(numbers("1/6 2/3 1/6"), (0, 0, 0))
    assert first == (1, Fraction(-3, 2), Fraction(2, 3), 0)
    assert middle == (0, 2, Fraction(-4, 3), 0)
    assert last == (0, Fraction(-1, 2), Fraction(2, 3), 0)


@given(explicit_tableaux())
def test_extrapolating_a_doubled_step_gains_an_order(tableau):
    assert not any(tableau.order_conditions(1).values())
    doubled = tableau.doubled(1)
    assert not any(doubled.order_conditions(2, doubled.b_embedded).values())


@given(explicit_tableaux())
def test_a_doubled_step_multiplies_the_stability_polynomials_of_its_halves(tableau):
    z = Fraction(-7, 5)

    def value(polynomial, at):
        return sum(coefficient * at**k for k, coefficient in enumerate(polynomial))

    doubled = value(tableau.doubled(1).stability_polynomial, z)
    assert doubled == value(tableau.stability_polynomial, z / 2) ** 2
