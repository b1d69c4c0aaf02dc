"""Vectors written out by index."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.display import to_latex
from ratelaw.models.errors import SpecificationError
from ratelaw.models.language.read import read_expression, read_model

RANGE = range(1, 5)
CHAIN = """
    x[1]' = -k*x[1]
    x[i]' = k*(x[i-1] - x[i]) for i in 2..4
    x[i](0) = 1/i for i in 1..4
    k = 2
    total = sum(x[j] for j in 1..4)
"""


def test_an_equation_is_written_out_for_each_index():
    model = read_model(CHAIN)
    assert [s.name for s in model.states] == ["x[1]", "x[2]", "x[3]", "x[4]"]
    assert model.text.splitlines()[:5] == [
        "dx[1]/dt = -k*x[1]",
        "dx[2]/dt = k*(x[1] - x[2])",
        "dx[3]/dt = k*(x[2] - x[3])",
        "dx[4]/dt = k*(x[3] - x[4])",
        "total = x[1] + x[2] + x[3] + x[4]",
    ]


def test_it_reads_back_equal():
    model = read_model(CHAIN)
    assert read_model(model.text) == model


@pytest.mark.parametrize("head", ["x[i]'", "dx[i]/dt"])
def test_either_left_side_runs_over_indices(head):
    assert read_model(f"{head} = i*x[i] for i in 1..2") == read_model(
        "dx[1]/dt = x[1]; dx[2]/dt = 2*x[2]"
    )


def test_equations_of_second_order_run_over_indices():
    model = read_model(
        "d2x[i]/dt2 = x[i+1] - x[i] for i in 1..2; x[3] = 0; x[i]'(0) = i for i in 1..2"
    )
    assert [s.name for s in model.states] == ["x[1]", "x[1]'", "x[2]", "x[2]'"]
    assert model.values["x[2]'(0)"] == 2
    assert read_model(model.text) == model


def test_a_constant_ends_a_range_wherever_it_stands():
    text = "x[i]' = x[n+1-i] for i in 1..n; const n = 3"
    assert [s.name for s in read_model(text).states] == ["x[1]", "x[2]", "x[3]"]


def test_two_indices_make_a_matrix():
    model = read_model("u[i,j]' = i - j for i in 1..2, j in 1..2")
    assert [s.name for s in model.states] == ["u[1,1]", "u[1,2]", "u[2,1]", "u[2,2]"]
    assert model({"u[1, 2](0)": 3}).values["u[1,2](0)"] == 3


def test_parameters_are_given_by_index():
    model = read_model("x' = sum(k[i]*x^i for i in 0..2); k[i] = i + 1 for i in 0..2")
    assert model.values == {"k[0]": 1, "k[1]": 2, "k[2]": 3}
    assert model({"k[1]": 7}).values["k[1]"] == 7


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sum(i for i in 1..4)", 10),
        ("prod(i for i in 1..4)", 24),
        ("max(i*(5 - i) for i in 1..4)", 6),
        ("min((i - 2)^2 for i in 1..4)", 0),
        ("sum(i*j for i in 1..2, j in 1..3)", 18),
        ("sum(sum(i*j for i in 1..j) for j in 1..3)", 25),
        ("sum(2 for i in -1..1)", 6),
    ],
)
def test_a_series_is_worth(text, expected):
    assert read_expression(text)() == (expected,)


def joined(op, terms):
    return f"({f' {op} '.join(terms)})"


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        (
            "sum(sin(x[j] - x[i])*k[j]/(i + j) for j in 1..4)",
            lambda i: joined("+", [f"sin(x[{j}] - x[{i}])*k[{j}]/({i} + {j})" for j in RANGE]),
        ),
        (
            "prod(x[j] + max(x[m]*i - x[j] for m in j..4) for j in 1..3)",
            lambda i: joined("*", [
                f"(x[{j}] + max({', '.join(f'x[{m}]*{i} - x[{j}]' for m in range(j, 5))}))"
                for j in (1, 2, 3)
            ]),
        ),
        (
            "sum(x[i] - k[i]^2 + x[m - i + 1]*if(x[m] > i, t, k[m]) for m in i..4)",
            lambda i: joined("+", [
                f"(x[{i}] - k[{i}]^2 + x[{m - i + 1}]*if(x[{m}] > {i}, t, k[{m}]))"
                for m in range(i, 5)
            ]),
        ),
        (
            "sum(pulse(t, i, j) + sum(2*k[i] for m in 1..j) - min(-x[i] for m in 1..2)"
            " for j in 1..3)",
            lambda i: joined("+", [
                f"(pulse(t, {i}, {j}) + {joined('+', [f'2*k[{i}]'] * j)} - min(-x[{i}], -x[{i}]))"
                for j in (1, 2, 3)
            ]),
        ),
    ],
)  # fmt: skip
def test_a_series_is_what_it_is_spelled_out(written, spelled):
    rest = "x[i](0) = i for i in 1..4; k[i] = 1/i for i in 1..4"
    short = rl.model(f"dx[i]/dt = -x[i] + {written} for i in 1..4; {rest}")
    rows = "; ".join(f"dx[{i}]/dt = -x[{i}] + {spelled(i)}" for i in RANGE)
    assert short.states == rl.model(f"{rows}; {rest}").states


def test_elements_work_through_results():
    sol = rl.solve(rl.model(CHAIN)({"x[2](0)": [0, 1]}), [0, 1])
    assert sol["x[3]"].dims == ("x[2](0)", "time")
    np.testing.assert_allclose(sol["total"], sum(sol[f"x[{i}]"] for i in range(1, 5)), rtol=1e-14)


def test_elements_are_set_on_paper():
    assert r"\frac{\mathrm{d}x_{1}}{\mathrm{d}t} &= -k \, x_{1}" in to_latex(read_model(CHAIN))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "x[i]' = x[i-1] for i in 1..3",
            "there is no x[0]: x runs from x[1] to x[3]; shorten the range and write the equation "
            "at the end by itself",
        ),
        ("x' = x[2]", "x is no vector; an element such as x[2] has no equation and no value"),
        (
            "x[i]' = 1 for i in 1..2; const i = 3",
            "i is an index or a constant already; run over another name",
        ),
        ("x[i]' = 1 for i in 3..1", "i runs over nothing: 3..1; write the smaller end first"),
        ("x[i]' = 1 for i in 1..999999", "this runs over more than 200000 elements"),
        ("x[i]' = 1 for i in 1..9999999", "an index is at most 1000000"),
        ("x[1]' = 1; x[i]' = 2 for i in 1..2", "x[1] was already given in line 1; keep one"),
        ("x' = sum(x, 3)", "sum runs over the elements of a vector: sum(x[i] for i in 1..10)"),
        ("x' = sin(x for i in 1..3)", "sin runs over no range; sum, prod, min and max do"),
        (
            "x' = " + "sum(" * 21 + "x" + "".join(f" for i{n} in 1..1)" for n in range(21)),
            "at most 20 sums stand inside one another",
        ),
        (
            "x' = sum(pulse(t, 0, 2 - i) for i in 1..3)",
            "a pulse lasts for a positive time: pulse(t, start, width)",
        ),
        ("x' = sum(x/(2 - i) for i in 1..3)", "this divides by zero"),
        (
            "x' = sum(sum(x*i*j for i in 1..99999) for j in 1..99999)",
            "written out, the model has more than 2000000 operations; use fewer",
        ),
    ],
)  # fmt: skip
def test_a_slip_with_an_index_is_told(text, problem):
    with pytest.raises(SpecificationError) as caught:
        read_model(text)
    assert caught.value.problem == problem


def test_many_elements_are_read_soon():
    assert len(read_model("x[i]' = -i*x[i] for i in 1..5000").states) == 5000


def test_an_index_is_one_name_however_it_is_typed():
    start = "v[i](0) = i for i in 1..2; x(0) = 0; v[\u03bc]' = -v[\u00b5] for \u00b5 in 1..2"
    found, same = (
        rl.model(f"{start}; x' = sum({a}*v[{b}]*sum({a} for q in 1..{c}) for {c} in 1..2)")
        for a, b, c in (("\u00b5", "\u03bc", "\u00b5"), ("k", "k", "k"))
    )
    assert found.states == same.states
