"""Functions of the language, and conditions joined with words."""

import math

import pytest

from ratelaw.models.language.read import read_expression, read_model
from ratelaw.models.tape.writing.expression import to_latex, to_text


def value(text, **names):
    tape = read_expression(text)
    return tape(*(names[name] for name in tape.inputs))[0]


@pytest.mark.parametrize(
    ("text", "x", "expected"),
    [
        ("ceil(x)", 2.1, 3),
        ("ceil(x)", -2.1, -2),
        ("round(x)", 2.5, 3),
        ("mod(x, 24)", 50, 2),
        ("mod(x, 24)", -1, 23),
        ("hypot(x, 4)", 3, 5),
        ("log10(x)", 1000, 3),
        ("log2(x)", 8, 3),
        ("step(x - 5)", 4.9, 0),
        ("step(x - 5)", 5, 1),
        ("pulse(x, 2, 3)", 1.9, 0),
        ("pulse(x, 2, 3)", 2, 1),
        ("pulse(x, 2, 3)", 4.9, 1),
        ("pulse(x, 2, 3)", 5, 0),
        ("piecewise(x < 1, 10, x < 2, 20, 30)", 0, 10),
        ("piecewise(x < 1, 10, x < 2, 20, 30)", 1, 20),
        ("piecewise(x < 1, 10, x < 2, 20, 30)", 2, 30),
        ("if(x > 0 and x < 1, 1, 2)", 0.5, 1),
        ("if(x > 0 and x < 1, 1, 2)", 1.5, 2),
        ("if(x < 0 or x > 1, 1, 2)", 0.5, 2),
        ("if(x < 0 or x > 1, 1, 2)", 1.5, 1),
        ("if(not x < 0, 1, 2)", 1, 1),
        ("if(not (x < 0 or x > 1) and x < 3, 1, 2)", 0.5, 1),
        ("if(x < 0 or x > 1 and x < 2, 1, 2)", -1, 1),
    ],
)
def test_a_function_is_worth(text, x, expected):
    assert value(text, x=x) == pytest.approx(expected, rel=1e-14)


def test_functions_equal_those_of_python():
    for x in (0.3, 1.7):
        assert value("hypot(x, log10(x))", x=x) == pytest.approx(math.hypot(x, math.log10(x)))


@pytest.mark.parametrize(
    "text",
    [
        "step(t - 5)",
        "if(x < 1 and y < 2, 1, 2)",
        "if(x < 1 or y < 2 and z < 3, 1, 2)",
        "if((x < 1 or y < 2) and z < 3, 1, 2)",
        "if(not x < 1, 1, 2)",
        "2*(x < 1)",
    ],
)
def test_it_prints_as_it_was_written(text):
    assert to_text(read_expression(text)) == (text,)


def test_joined_conditions_are_set_on_paper():
    (latex,) = to_latex(read_expression("if(x < 1 and y < 2, 1, 0)"))
    assert r"x < 1 \text{ and } y < 2" in latex


@pytest.mark.parametrize("name", ["and", "or", "not", "for", "in", "const", "observe", "input"])
def test_words_of_the_language_are_ordinary_names(name):
    model = read_model(f"dx/dt = -{name}*x + sin({name} + 1); {name} = 2")
    assert model.values == {name: 2}
    assert read_model(model.text) == model
