"""Long sums of plain products are read without the grammar, and as they would be with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ratelaw as rl
from ratelaw.models.errors import SpecificationError
from ratelaw.models.language.long_sums import LEAST, mask

NUMBERS = ("0.5", "2", "0", "1", "1e-3", ".25", "3.", "2e+2")
PLAIN = ("x", "y", "k", "v[2]", "tanh(x)", "exp(v[1])", "pi", "e2", "t", *NUMBERS)
ODD = ("x^2", "-x", "(x + 1)", "max(x, y)", "y/2", "sin(2*x)", "v[1 + 1]")
SIGNS = (" + ", " - ", "+", "-", " \u2212 ")
TIMES = ("*", " * ", "\u00b7")


@st.composite
def sums(draw: st.DrawFn) -> list[str]:
    """Return the terms of a long sum with their signs, most of them plain."""
    factors = st.sampled_from([*PLAIN * 6, *(ODD if draw(st.booleans()) else ())])
    chance = draw(st.randoms(use_true_random=False))
    count = draw(st.integers(1, 4 * LEAST))
    return [
        chance.choice(SIGNS)
        + chance.choice(TIMES).join(draw(factors) for _ in range(chance.choice([1, 2, 2, 3])))
        for _ in range(count)
    ]


def model(rate: str) -> str:
    return (
        f"dx/dt = {rate}; x(0) = 1\ndy/dt = x*y  # x + 0.5*y + 0.5*y\ny(0) = 2; k = 3\n"
        "v[i] = i for i in 1..2; e2 = 7"
    )


@given(sums(), st.sampled_from(["k", "-x", "2*y", "v[1]", "sin(x)"]))
def test_a_sum_in_one_line_is_that_which_goes_over_many(terms: list[str], first: str) -> None:
    at_once = f"({first}{''.join(terms)})"
    one_by_one = "\n".join([f"({first}", *terms]) + ")"
    assert not mask(model(one_by_one)).sums
    one, many = (rl.model(model(rate)) for rate in (at_once, one_by_one))
    assert one.states == many.states
    assert one.parameters == many.parameters


def dense(n: int) -> str:
    rows = (f"dx{i}/dt = -x{i}" + "".join(f"-{j}*x{j}" for j in range(n)) for i in range(n))
    return "\n".join([*rows, *(f"x{i}(0) = 1" for i in range(n))])


def test_the_grammar_sees_a_name_in_place_of_each_long_sum(monkeypatch: pytest.MonkeyPatch):
    text = dense(LEAST)
    own = next(iter(mask(text).sums))  # which a parameter may be called too
    text += f"\n{own} = 4; q = 2*{own}  # x + y{' + 0.5*x' * 20}"
    usual = rl.model(text)
    masked = mask(text)
    assert len(masked.sums) == LEAST
    assert list(map(len, masked.text.split("\n"))) == list(map(len, text.split("\n")))

    def refused(text: str) -> None:
        raise AssertionError(f"read as usual: {text}")

    monkeypatch.setattr("ratelaw.models.language.draft.Formulas", refused)
    assert rl.model(text) == usual


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("0.5*foo(x)", "foo is not a function"),
        ("0.5*v[3]", r"there is no v\[3\]"),
        ("1e400*x", "too large"),
        ("2x", "a number touches a name"),
        ("0.75*$", "unexpected character"),
        ("x'", "stands left of an = only"),
        ("y/0", "divides by zero"),
    ],
)
@pytest.mark.parametrize("behind", ["", " + 0.5*x" * 20])
def test_a_mistake_in_a_long_sum_is_told_where_it_is(wrong: str, told: str, behind: str):
    text = model("k" + " + 0.5*y" * 20 + f" + {wrong}{behind}")
    with pytest.raises(SpecificationError, match=told) as raised:
        rl.model(text)
    found = raised.value
    assert found.line == 1
    assert 0 <= found.column - 1 - text.index(wrong) <= len(wrong) + 3


def test_names_are_placed_where_they_stand_first():
    text = "x' = -x" + " + 0.5*x" * 20 + " - c*sin(d)*x" + " + 0.5*d" * 20 + "\nx(0) = 1"
    places = {p.name: p.place.column - 1 for p in rl.model(text).parameters}
    assert places == {"c": text.index("c*"), "d": text.index("d)")}


def test_a_long_sum_may_run_with_an_index():
    text = "v[i]' = -v[i]{} for i in 1..2; v[i](0) = i for i in 1..2"
    long = " + i*v[1] - 0.5*v[2]" * LEAST
    one = rl.model(text.format(long))
    many = rl.model(text.replace("-v[i]{}", f"(-v[i]{long.replace(' +', chr(10) + ' +')})"))
    assert one.states == many.states


def test_comments_units_and_events_keep_what_they_say():
    long = "x" + " + 0.5*x" * 20
    text = f"dx/dt = -x; x(0) = 1  # {long}\nwhen {long} > 3: x = {long}  # {long}"
    found = rl.model(text)
    assert found.states[0].note == long
    assert found.events[0].note == long
    assert found.events[0].text == f"when {long} > 3: x = {long}"
    with pytest.raises(SpecificationError, match="2 \\* s"):
        rl.model(f"dx/dt = -x; x(0) = 1 [{long.replace('x', '2 * s')}]")


def test_a_name_of_ones_own_is_not_taken_for_one_that_stands_for_a_sum():
    found = rl.model("x' = sum_0" + " + 0.5*x" * 20 + "; x(0) = 1; sum_0 = 4")
    assert [p.name for p in found.parameters] == ["sum_0"]


TYPOS = ["sin x", "v[", "v[2.]", "if x > 1 then 2", "10_000*x", "x?", "3 [1/s]*x", "x y", "2x",
         "|x|", "if(0 < x < 1, 2, 3)", "foo(x)", "v[9]", "0.5.2*x", "u_xx + y = u_yy"]  # fmt: skip


@pytest.mark.parametrize("typo", TYPOS)
@pytest.mark.parametrize("term", [" + 0.5*x", " - v[1]*tanh(x)"])
def test_a_mistake_among_hundreds_of_terms_is_told_as_among_few(typo: str, term: str):
    def told(more: int) -> str:
        with pytest.raises(SpecificationError) as raised:
            rl.model(model(f"k{term * more} + {typo} + 0.5*y{term * more}"))
        assert raised.value.line == 1
        return str(raised.value).split("\n")[0].split(": ", 1)[1]

    assert told(200) == told(1)
