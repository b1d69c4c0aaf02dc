"""Long programs told as lists of places: the same values as written out, in numpy and in lanes."""

import math

import numpy as np
import pytest
from hypothesis import given
from strategies import formulas

import ratelaw as rl
from ratelaw.models.language.read import read_expression
from ratelaw.models.lower import lower
from ratelaw.models.tape import Builder
from ratelaw.models.tape.differentiate import jacobian
from ratelaw.solvers.decay import row_bound
from ratelaw.solvers.evaluate import system_arguments
from ratelaw.solvers.kernels.by_lists import bound_of_rows, rows_by_lists
from ratelaw.solvers.kernels.listing import Sums, is_long, listing
from ratelaw.solvers.kernels.python import NUMPY, compiled


def oscillators(n: int) -> rl.Model:
    """Kuramoto (1975): each pulls at every other."""
    return rl.model(f"""
        dth[i]/dt = w[i] + K/{n}*sum(sin(th[j] - th[i]) for j in 1..{n}) for i in 1..{n}
        th[i](0) = 3*sin(i) for i in 1..{n}
        w[i] = cos(7*i) for i in 1..{n}
        K = 1.5
    """)


def neurons(n: int) -> rl.Model:
    """Hopfield's units, with weights that are numbers."""
    rows: list[str] = []
    for i in range(n):
        pulls = " + ".join(f"{math.sin(1 + i * n + j):.6f}*tanh(x{j})" for j in range(n))
        rows.append(f"dx{i}/dt = -x{i} + ({pulls})/{math.sqrt(n):.3f}; x{i}(0) = {math.cos(i):.3f}")
    return rl.model("\n".join(rows).replace("+ -", "- "))


@given(formulas(["a", "b", "c"]))
def test_lists_of_any_formula_give_what_it_gives(text: str) -> None:
    tape = read_expression(text)
    builder = Builder(("a", "b", "c"))
    whole = builder.inline(tape, [builder.input(n) for n in tape.inputs])
    tape = builder.finish([*whole, builder.input("b")])
    rng, arguments = np.random.default_rng(3), (("v", 3),)
    values = rng.normal(size=(3, 5))
    with np.errstate(all="ignore"):
        (first, *_) = compiled(tape, "f", arguments, NUMPY)(values)
    found = rows_by_lists(tape, arguments)(values)
    # A long sum takes up its terms in another order: equal but for roundings.
    np.testing.assert_allclose(found[0], np.broadcast_to(first, 5), rtol=1e-12, atol=1e-300)
    np.testing.assert_array_equal(found[1], values[1])


def test_a_sum_over_all_states_is_one_loop_for_each() -> None:
    system = lower(neurons(30))
    sums = [w for w in listing(system.vector_field).work if isinstance(w, Sums)]
    assert [(s.count, [len(t.right) for t in s.terms]) for s in sums][:1] == [(30, [900])]


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("a - b + c - d - e + f + g - h + i", "+-+--++-+"),
        ("a - (b - (c + d) + e) - (f - (g + h) - i)", "+-++--+++"),
        ("-(a - b) - (-(c + d) + e) + (f - g - (h - i))", "-+++-+--+"),
    ],
)
def test_a_long_sum_is_one_loop_wherever_its_brackets_stand(text: str, signs: str) -> None:
    (sums,) = listing(read_expression(text)).work
    assert isinstance(sums, Sums)
    assert sum(len(terms.right) for terms in sums.terms) == len(signs)
    one = {
        place: scale
        for terms in sums.terms
        for place, scale in zip(terms.right, terms.scales, strict=True)
    }
    assert [one[place] for place in range(len(signs))] == [1.0 if s == "+" else -1.0 for s in signs]


@pytest.mark.parametrize("make", [oscillators, neurons])
def test_rates_as_lists_are_those_of_the_tape(make) -> None:
    system = lower(make(40))
    n, m = system.n_states, system.n_parameters
    rng = np.random.default_rng(0)
    y, p = rng.normal(size=(n, 2)), rng.normal(size=(m, 2))
    found = rows_by_lists(system.vector_field, system_arguments(n, m))(0.5, y, p)
    for k in range(2):
        exact = system.vector_field(0.5, *y[:, k], *p[:, k])
        np.testing.assert_allclose(found[:, k], exact, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("make", [oscillators, neurons])
def test_rates_alone_have_the_digits_they_have_among_others(make) -> None:
    system = lower(make(40))
    n, m = system.n_states, system.n_parameters
    rng = np.random.default_rng(1)
    y, p = rng.normal(size=(n, 9)), rng.normal(size=(m, 1))
    rows = rows_by_lists(system.vector_field, system_arguments(n, m))
    many = rows(0.5, y, p)
    for k in range(9):
        np.testing.assert_array_equal(rows(0.5, y[:, k], p[:, 0]), many[:, k])
        np.testing.assert_array_equal(rows(np.full(1, 0.5), y[:, k : k + 1], p), many[:, k : k + 1])


def test_bounds_of_row_sums_are_none_too_small() -> None:
    for make in (oscillators, neurons):
        system = lower(make(40))
        n, m = system.n_states, system.n_parameters
        rng = np.random.default_rng(1)
        inputs = np.vstack([np.zeros((1, 3)), rng.normal(size=(n, 3)), rng.normal(size=(m, 3))])
        bound = bound_of_rows(system.vector_field, inputs, range(1, 1 + n))
        pattern = jacobian(system.vector_field, system.states)
        entries = np.array([pattern.tape(*inputs[:, k]) for k in range(3)]).T
        sums = row_bound(pattern, np.abs(entries))
        assert np.all(sums <= bound * (1 + 1e-12))
        assert np.all(bound <= 3 * sums)


@pytest.mark.parametrize("method", ["dop853", "radau9"])
def test_states_that_all_act_on_one_another_are_compiled(method: str) -> None:
    model = oscillators(50)
    assert is_long(lower(model).vector_field)
    sol = rl.solve(model, [0.5, 1], method=f"lanes:{method}", rtol=1e-9)
    exact = rl.solve(model, [0.5, 1], method="scipy:DOP853", rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(sol.y, exact.y, atol=1e-8)


def test_one_trajectory_has_the_digits_it_has_among_others() -> None:
    model = oscillators(50)
    alone = rl.solve(model, [1], method="lanes:dop853").to_xarray()
    many = rl.solve(model(K=[0.5, 1.5, 2.5]), [1], method="lanes:dop853").to_xarray()
    for name in alone.data_vars:
        np.testing.assert_array_equal(alone[name], many[name].isel(K=1))


def test_scipy_takes_lists_too() -> None:
    model = oscillators(50)
    sol = rl.solve(model, [0.5, 1], method="scipy:LSODA", rtol=1e-9)
    exact = rl.solve(model, [0.5, 1], method="lanes:dop853", rtol=1e-11)
    np.testing.assert_allclose(sol.y, exact.y, atol=1e-6)
