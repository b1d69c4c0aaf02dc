"""Facts about models: what kind of equations they are, their order, what they keep."""

import random

import pytest
from effort import effort
from hypothesis import given, settings
from hypothesis import strategies as st

import ratelaw as rl
from ratelaw.models.lower import lower
from ratelaw.models.structure.dependencies import is_affine
from ratelaw.models.structure.facts import facts


@pytest.mark.parametrize("name", rl.library)
def test_every_model_of_the_library_has_facts(name: str) -> None:
    model = rl.library[name]
    found = model.facts()
    assert found == facts(model)
    assert sorted(n for block in found.blocks for n in block) == sorted(found.states)
    assert ("autonomous" if found.autonomous else f"depends on {model.time}") in str(found)


@pytest.mark.parametrize(("name", "quantity"), [("sir", "S + I + R"), ("robertson", "A + B + C")])
def test_totals_are_found(name: str, quantity: str) -> None:
    assert [str(c) for c in rl.library[name].facts().conserved] == [quantity]


@pytest.mark.parametrize(
    ("rate", "degree"),
    [
        ("1 + t", 0), ("a*x", 1), ("x*(1 - x) + x^2", 1), ("(x + 1)^3", 3), ("x^2/x", 1),
        ("sin(t)*x^2/(a + t)", 2), ("sin(x)", None), ("x/(a + x)", None), ("x^a", None),
        ("(1 + x)^70", None), ("sqrt(x)", None),
    ],
)  # fmt: skip
def test_the_degree_is_that_of_the_polynomial_multiplied_out(rate: str, degree: int | None) -> None:
    assert rl.model(f"dx/dt = {rate}").facts().degree == degree


@pytest.mark.parametrize(
    ("rate", "linear", "affine", "rational"),
    [("a*x", True, True, True), ("a*x + t", False, True, True), ("x/(1 + x)", False, False, True),
     ("exp(x)", False, False, False)],
)  # fmt: skip
def test_the_kind_of_a_rate(rate: str, linear: bool, affine: bool, rational: bool) -> None:
    found = rl.model(f"dx/dt = {rate}").facts()
    assert (found.linear, found.affine, found.rational) == (linear, affine, rational)


def test_time_in_a_rate_is_seen() -> None:
    assert not rl.model("dx/dt = -x + sin(t)").facts().autonomous


def test_blocks_come_after_those_they_depend_on() -> None:
    found = rl.model("dz/dt = y; dy/dt = x - y; dx/dt = w; dw/dt = -x").facts()
    assert found.blocks == (("x", "w"), ("y",), ("z",))
    assert found.bandwidth == (1, 1)
    assert found.entries == 5


def test_weights_may_be_parameters() -> None:
    model = rl.model("dx/dt = -Q/V1*(x - y); dy/dt = Q/V2*(x - y)")
    assert [str(c) for c in model.facts().conserved] == ["V1*x + V2*y"]


def test_decimal_numbers_are_what_they_mean() -> None:
    model = rl.model("dx/dt = -0.3*x; dy/dt = 0.1*x; dz/dt = 0.2*x")
    assert len(model.facts().conserved) == 2


def test_equal_parts_count_however_they_are_written() -> None:
    model = rl.model("dx/dt = sin(a + b)/(x + y); dy/dt = -2*sin(b + a)/(2*y + 2*x)")
    assert [str(c) for c in model.facts().conserved] == ["x + y"]


def test_what_is_not_kept_is_not_claimed() -> None:
    assert rl.model("dx/dt = -0.3*x; dy/dt = 0.300001*x*y").facts().conserved == ()


def network(size: int, reactions: int, seed: int) -> tuple[list[str], list[list[str]], list[int]]:
    """Return species, the terms of their rates, and weights whose sum every reaction keeps."""
    rnd = random.Random(seed)
    weights = [rnd.randint(1, 3) for _ in range(size)]
    terms: list[list[str]] = [[] for _ in range(size)]
    for j in range(reactions):
        a, b = rnd.sample(range(size), 2)
        # w[b] molecules of a become w[a] molecules of b
        terms[a].append(f"- {weights[b]}*k{j}*X{a}^{rnd.randint(1, 2)}")
        terms[b].append(f"+ {weights[a]}*{terms[a][-1].partition('*')[2]}")
    return [f"X{i}" for i in range(size)], terms, weights


def text(names: list[str], terms: list[list[str]]) -> str:
    return "\n".join(f"d{n}/dt = {' '.join(t) or '0'}" for n, t in zip(names, terms, strict=True))


networks = st.builds(network, st.integers(2, 7), st.integers(1, 12), st.integers(0, 10**6))


@given(networks)
@settings(max_examples=30, deadline=None)
def test_a_known_law_is_among_those_found(
    net: tuple[list[str], list[list[str]], list[int]],
) -> None:
    names, terms, weights = net
    found = rl.model(text(names, terms)).facts().conserved
    sympy = pytest.importorskip("sympy")
    rows = []
    for c in found:
        others = len(c.formula.inputs) - len(names)
        units = ([float(i == j) for j in range(len(names))] for i in range(len(names)))
        rows.append([int(c.formula(*unit, *[1.0] * others)[0]) for unit in units])
    assert sympy.Matrix(rows).rank() == len(rows) == sympy.Matrix([*rows, weights]).rank()


@st.composite
def stoichiometries(draw: st.DrawFn) -> list[list[int]]:
    """Return how many molecules of each species each reaction makes; no two take the same."""
    species, reactions = draw(st.integers(2, 6)), draw(st.integers(1, 6))
    row = st.lists(st.integers(-2, 2), min_size=species, max_size=species)
    return draw(st.lists(row, min_size=1, max_size=reactions, unique_by=taken))


def taken(made: list[int]) -> tuple[int, ...]:
    return tuple(min(n, 0) for n in made)


@given(stoichiometries())
@settings(max_examples=30, deadline=None)
def test_mass_action_keeps_the_left_null_space_of_its_stoichiometry(net: list[list[int]]) -> None:
    sympy = pytest.importorskip("sympy")
    species = range(len(net[0]))
    flux = [
        "*".join([f"k{j}", *(f"X{i}^{-n}" for i, n in enumerate(made) if n < 0)])
        for j, made in enumerate(net)
    ]
    rates = [" + ".join(f"{made[i]}*{flux[j]}" for j, made in enumerate(net)) for i in species]
    model = rl.model("\n".join(f"dX{i}/dt = {rate}" for i, rate in enumerate(rates)))
    laws = [
        [law.formula(*(float(n == f"X{i}") for n in law.formula.inputs))[0] for i in species]
        for law in model.facts().conserved
    ]
    matrix = sympy.Matrix(net)
    assert len(laws) == len(net[0]) - matrix.rank()
    assert all(not any(matrix * sympy.Matrix([int(w) for w in law])) for law in laws)
    assert not laws or sympy.Matrix(laws).rank() == len(laws)


def vessels(size: int, rnd: random.Random) -> list[str]:
    """Return the equations of vessels of some volumes that exchange what they hold."""
    pipes = [(i, rnd.randrange(i)) for i in range(1, size)] + [(0, size - 1)]
    rows: list[list[str]] = [[] for _ in range(size)]
    for k, (i, j) in enumerate(pipes):
        rows[i].append(f"- Q{k}/V{i}*(x{i} - x{j})")
        rows[j].append(f"+ Q{k}/V{j}*(x{i} - x{j})")
    return [f"dx{i}/dt = {' '.join(row)}" for i, row in enumerate(rows)]


@pytest.mark.parametrize("size", [3, 5, 8, 20])
def test_vessels_keep_their_content_in_whatever_order_they_are_written(size: int) -> None:
    for seed in range(5):
        rnd = random.Random(seed)
        rows = vessels(size, rnd)
        rnd.shuffle(rows)
        (law,) = rl.model("; ".join(rows)).facts().conserved
        assert sorted(str(law).split(" + ")) == sorted(f"V{i}*x{i}" for i in range(size))


def test_a_formula_that_grows_long_spoils_no_other_law() -> None:
    hard = "dx/dt = -(a + b + c)*(d + e)*x; dy/dt = (a + d)*(b + e)*(c + 1)*x + (a + b)*y"
    found = rl.model(f"{hard}; dp/dt = -n*k*p*q; dq/dt = -k*p*q").facts().conserved
    assert [sorted(law.states) for law in found] == [["n", "p", "q"]]


@given(networks, st.randoms())
@settings(max_examples=30, deadline=None)
def test_facts_permute_with_the_equations(
    net: tuple[list[str], list[list[str]], list[int]], rnd: random.Random
) -> None:
    names, terms, _ = net
    order = rnd.sample(range(len(names)), len(names))
    one = rl.model(text(names, terms)).facts()
    other = rl.model(text([names[i] for i in order], [terms[i] for i in order])).facts()
    assert {frozenset(b) for b in one.blocks} == {frozenset(b) for b in other.blocks}
    assert (one.degree, one.entries, len(one.conserved)) == (
        other.degree, other.entries, len(other.conserved),
    )  # fmt: skip
    for new, old in enumerate(order):
        assert {order[j] for j in other.pattern[new]} == one.pattern[old]


def test_twice_as_many_states_take_hardly_more_than_twice_the_effort() -> None:
    few, many = (rl.model(text(*network(n, 2 * n, 1)[:2])) for n in (150, 300))
    assert effort(many.facts) < 3 * effort(few.facts)
    assert many.facts().conserved


def test_a_formula_too_long_to_multiply_out_costs_no_more() -> None:
    model = rl.model("dx/dt = (x + a + b + c + d + e)^40; dy/dt = (x + y + a + b + c)^60")
    assert effort(model.facts) < 2_000_000
    assert model.facts().degree == 60


@pytest.mark.parametrize(
    ("event", "when"), [("at t = 1: x = 2", "between events"), ("at t = 1: stop", "in time")]
)
def test_what_an_event_sets_is_constant_only_in_between(event: str, when: str) -> None:
    model = rl.model(f"dx/dt = -k*x*y; dy/dt = k*x*y; {event}")
    assert f"constant {when}: x + y" in str(model.facts())


AFFINE = {
    "k*x + sin(k)*t - y/k": True,
    "if(k > 0, x, 2*y)": True,
    "x*t": False,
    "1/x": False,
    "floor(x)": False,
    "if(x > 1, x, y)": False,
    "sin(t)": False,
}


@pytest.mark.parametrize("rate", AFFINE)
def test_rates_are_affine_in_states_and_time_as_they_are_written(rate):
    system = lower(rl.model(f"dx/dt = {rate}; dy/dt = x - y; x(0) = 1; y(0) = 1; k = 2"))
    assert is_affine(system) == AFFINE[rate]
