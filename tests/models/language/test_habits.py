"""Slips of the hand and habits of other languages: each is told what is written here."""

import pytest

import ratelaw as rl
from ratelaw.models.errors import SpecificationError

NO_INDEX = (
    "{0} is no index; a unit is written after a space, k = 0.07 [1/min], an index runs over a "
    "range, … for {0} in 1..10, or is a constant, const {0} = 10"
)
STANDS_ALONE = "the rate of change stands alone on the left; "
LATEX = {
    r"\frac{dT}{dt} = -k (T - T_s)": "dT/dt = -k*(T - T_s)",
    r"\frac{\mathrm{d}T}{\mathrm{d}t} = -k \cdot \left(T - T_{s}\right)": "dT/dt = -k*(T - T_s)",
    r"\dot{x} = -\alpha x y": "x' = -alpha*x*y",
    r"\ddot{x} = -\omega^{2} x": "x'' = -omega^2*x",
    r"dN/dt = r \, N \; \left(1 - \frac{N}{K}\right)": "dN/dt = r*N*(1 - N/K)",
    r"\frac{dv}{dt} = g - \frac{c}{2 m} v^2": "dv/dt = g - c/(2*m)*v^2",
    r"dx/dt = \sin(2 t)": "dx/dt = sin(2*t)",
    r"dx/dt = \sum_{i} x": "dx/dt = …, products with *",
}
HABITS = [
    ("dx/dt = -k*x + ", 15, "something is missing after +"),
    ("x' = k * * x", 10, "something is missing before *"),
    ("x' = a ^ ^ b", 10, "something is missing before ^"),
    ("x' = 1 +* 2", 9, "something is missing before *"),
    ("x' = sin x", 10, "the argument of a function stands in brackets: sin(x)"),
    ("x' = sin()", 6, "sin takes 1 argument(s), got 0"),
    ("x' = pulse(t, 2)", 6, "pulse takes 3 argument(s), got 2; write pulse(t, start, width)"),
    ("x' = -1/2x", 10, "a number touches a name; write 1/2*x or 1/(2*x)"),
    (
        "x' = -x(t - 1)",
        7,
        "a state is written without its time, x; its past is not available, and a product is "
        "written x*(…)",
    ),
    (
        "x' = -x + a; a = [(0, 1), (1, 2)]",
        11,
        "a holds measured values; they are read by table(a, t)",
    ),
    (
        "x' = -x; at t = 5 h: x = 2",
        19,
        "a time is a number in the unit of time of the model, without a unit here: at t = 5, 10: …",
    ),
    ("C*dV/dt = -V/R", 2, STANDS_ALONE + "divide the right side instead"),
    ("x'' - mu*x' + x = 0", 5, STANDS_ALONE + "move the rest to the right side"),
    ("// cooling", 1, "a comment begins with #"),
    ("A + B -> C, k", 3, "a reaction is written as rates: dA/dt = -k*A*B"),
    ("x' = 1; x(0) = 10_000", 18, "digits stand together: 10000, or 1e4"),
    ("d on/dt = 0", 3, "a rate of change is written dx/dt = …, or x' = …"),
    ("dx(t)/dt = -x(t)", 4, "a state is written without its time: dx/dt = -x"),
    (
        "x' = table([1, 2], [3, 4], t)",
        12,
        "measured values have a name: a = [(0, 20), (5, 22)], read by table(a, t)",
    ),
    (
        "x' = -0.5 [1/s]*x",
        16,
        "a unit is written once, at the end of a statement, after the value",
    ),
    ("x' = np.sin(x)", 6, "write sin(…) alone, without the name before the dot"),
    ("x' = a(t); a = [(0, 1), (1, 2)]", 6, "a holds measured values; they are read by table(a, t)"),
    (
        "x' = piecewise(1, t < 2, 0)",
        6,
        "a condition stands before its value: piecewise(x < 1, a, b)",
    ),
    ("x' = pulse(t, 1, -1)", 6, "a pulse lasts for a positive time: pulse(t, start, width)"),
    ("x' = x\u00f72", 7, "unexpected character '\u00f7': write /"),
    ("x' = -x\u200b", 8, "unexpected character '\\u200b': it is invisible; delete it"),
    ("x' = (x", 8, "a bracket is not closed; add )"),
    ("x' = x[1", 9, "the bracket of an index is not closed; add ]"),
    ("x' = x[1.5]", 9, "an index is a whole number: x[3], or x[i+1] where i runs over a range"),
    ("x' = x[]", 8, "an index is a whole number: x[3], or x[i+1] where i runs over a range"),
    ("x' = x[-1]", 6, "x is no vector; an element such as x[-1] has no equation and no value"),
    ("x[i]' = 1", 3, NO_INDEX.format("i")),
    (
        "x[i]' = 1 for i",
        16,
        "a range is written for i in 1..10, at the end of a statement or in a sum",
    ),
    (
        "x[i]' = 1 for i in 1",
        21,
        "a range is written for i in 1..10, at the end of a statement or in a sum",
    ),
    (
        "x[i]' = 1 for i in 1..",
        23,
        "a range is written for i in 1..10, at the end of a statement or in a sum",
    ),
    (
        "x[i]' = 1 for i in 1...3",
        23,
        "a range is written for i in 1..10, at the end of a statement or in a sum",
    ),
    (
        "x[i]' = 1 for i in 1:3",
        21,
        "a range is written for i in 1..10, at the end of a statement or in a sum",
    ),
    (
        "x[i]' = 1 for i in range(3)",
        25,
        "a range is written for i in 1..10, at the end of a statement or in a sum",
    ),
    (
        "x[i]' = 1 for in 1..3",
        18,
        "a range is written for i in 1..10, at the end of a statement or in a sum",
    ),
    (
        "x[i]' = 1 for i = 1..3",
        17,
        "a range is written for i in 1..10, at the end of a statement or in a sum",
    ),
    ("x' = sum(x[i])", 12, NO_INDEX.format("i")),
    (
        "x' = sum(x[i] for i)",
        20,
        "a range is written for i in 1..10, at the end of a statement or in a sum",
    ),
    ("x' = 1; k = 1 in", 17, "bounds are written behind the value: k = 1 in [0, 10]"),
    ("x' = 1; k = 1 in [0", 20, "bounds are written behind the value: k = 1 in [0, 10]"),
    ("x' = 1; k = 1 in [0, 1", 23, "bounds are written behind the value: k = 1 in [0, 10]"),
    ("x' = 1; k = 1 in (0, 1)", 18, "bounds are written behind the value: k = 1 in [0, 10]"),
    ("x' = 1; k = 1 in [0]", 20, "bounds are written behind the value: k = 1 in [0, 10]"),
    ("x' = 1; k in [0, 1]", 11, "bounds are written behind the value: k = 1 in [0, 10]"),
    ("x' = 1; k = 1 in [0, 1] [m]", 25, "bounds are written behind the value: k = 1 in [0, 10]"),
    ("x' = 1; constant g = 3", 18, "a constant is written const g = 9.81"),
    ("x' = 1; const g := 3", 17, "a value is given with =, as in k = 0.1"),
    (
        "x' = 1; observe total = x",
        17,
        "a colon is missing: observe: total = S + I, input: u = sin(t)",
    ),
    ("x' = 1; observe: x", 19, "what is measured is a formula: observe: total = S + I"),
    ("x' = 1; observe: total", 23, "what is measured is a formula: observe: total = S + I"),
    (
        "x' = 1; input u = sin(t)",
        15,
        "a colon is missing: observe: total = S + I, input: u = sin(t)",
    ),
    ("x' = 1; input: u", 17, "an input is a formula of time and parameters: input: u = sin(t)"),
    ("x' = 1; output: y = x", 15, "what is measured is written observe: total = S + I"),
    ("x' = 1; param k = 3", 15, "a value needs no word before it: k = 0.1"),
    ("x' = 1; let k = 3", 13, "a value needs no word before it: k = 0.1"),
    ("x' = 1; k == 3", 12, "an equation has one ="),
    (
        "x' = 1; a = [1, 2, 3]",
        14,
        "measured values are pairs of numbers, time first: a = [(0, 20), (5, 22)]",
    ),
    (
        "x' = 1; a = [(1, 2)",
        20,
        "measured values are pairs of numbers, time first: a = [(0, 20), (5, 22)]",
    ),
    (
        "x' = 1; a = [(1, 2), (3)]",
        24,
        "measured values are pairs of numbers, time first: a = [(0, 20), (5, 22)]",
    ),
    (
        "x' = 1; a = [(1, b), (3, 4)]",
        18,
        "measured values are pairs of numbers, time first: a = [(0, 20), (5, 22)]",
    ),
    (
        "x' = 1; a = []",
        14,
        "measured values are pairs of numbers, time first: a = [(0, 20), (5, 22)]",
    ),
    ("x' = if x < 1 then 1 else 2", 9, "a choice is written if(x < 1, a, b)"),
    ("x' = if(x < 1, 1)", 6, "if takes 3 argument(s), got 2; write if(x < 1, a, b)"),
    ("x' = 1 if x < 1 else 2", 8, "a choice is written if(x < 1, a, b)"),
    ("x' = x < 1 ? 1 : 2", 8, "a choice is written if(x < 1, a, b)"),
    ("x' = if(x = 1, 1, 2)", 11, "a condition compares: if(x == 1, a, b), or with <, <=, > and >="),
    ("x' = if(x != 1, 1, 2)", 11, "what differs is asked for with not: if(not x == 1, a, b)"),
    (
        "x' = if(0 < x < 1, 1, 2)",
        15,
        "a comparison has two sides; join two with and: if(0 < x and x < 1, a, b)",
    ),
    (
        "x' = if(x < 1 & x > 0, 1, 2)",
        15,
        "unexpected character '&': conditions are joined with and",
    ),
    (
        "x' = if(x < 1 && x > 0, 1, 2)",
        15,
        "unexpected character '&': conditions are joined with and",
    ),
    (
        "x' = if(x < 1 and, 1, 2)",
        18,
        "something is missing beside and, or or not: if(x > 0 and x < 1, a, b)",
    ),
    ("x' = not x", 10, "not turns a condition around, as in if(not x < 1, a, b)"),
    ("x' = x and 1", 8, "and, or join conditions, as in if(x > 0 and x < 1, a, b)"),
    ("x'' = ", 6, "something is missing after ="),
    ("x'(0) = 1", 1, "there is no equation; write the rate of change of a state: dx/dt = -k*x"),
    ("x(0)' = 1", 5, "the start value of a rate of change is written x'(0) = 1"),
    ("x'' = -x; x(0)' = 1", 15, "the start value of a rate of change is written x'(0) = 1"),
    ("dx/dt^2 = 3", 1, "a rate of change of order 1 is written dx/dt = …"),
    ("d^2x/dt = 3", 1, "a rate of change of order 2 is written d2x/dt2 = …"),
    ("d2x/d2t = 3", 4, "a second derivative stands alone: d2x/dt2 = …, or x'' = …"),
    ("d(x)/dt = 3", 3, "a rate of change is written dx/dt = …, or x' = …"),
    ("d/dt x = 3", 2, "a rate of change is written dx/dt = …, or x' = …"),
    ("dx/dt(0) = 3", 3, "a start value is one of the state: x(0) = 1, and of its rate, x'(0) = 1"),
    ("diff(x, t) = 3", 6, "a rate of change is written dx/dt = …, or x' = …"),
    ("x'(t) = 3", 4, "a rate of change is written dx/dt = …, or x' = …"),
    ("x(t)' = 3", 3, "a rate of change is written dx/dt = …, or x' = …"),
    ("x[t] = 3", 3, NO_INDEX.format("t")),
    ("x' = x'", 6, "dx/dt stands left of an = only; write its formula here"),
    ("x' = 2 x", 8, "a number touches a name; write 2*x"),
    ("x' = 2x", 7, "a number touches a name; write 2*x"),
    ("x' = x 2", 8, "two names side by side; write x*2"),
    ("x' = 3%", 7, "unexpected character '%': write a percentage as a fraction, 5 % is 0.05"),
    ('x\' = "a"', 6, "unexpected character '\"': quotes have no place in a model"),
    ("x' = k*x [1/s]", 10, "an equation has no unit of its own; units belong to values"),
    ("x' = 1; k = [1/s]", 14, "the value is missing before its unit: k = 0.07 [1/min]"),
    ("x' = 1; k = 0.07 1/min", 18, "a unit stands in square brackets: k = 0.07 [1/min]"),
    ("x' = 1; k = 0.07 min", 18, "a unit stands in square brackets: k = 0.07 [1/min]"),
    ("x' = 1; k = 0.07 [1/min", 18, "the bracket of the unit is not closed; add ]"),
    ("x' = 1; k = 0.07 (1/min)", 18, "a unit stands in square brackets: k = 0.07 [1/min]"),
    (
        "x' = 1; k = 1 ± 0.1",
        15,
        "a value is one number; bounds are written behind the value: k = 1 in [0, 10]",
    ),
    ("x' = 1; k = 1,5", 14, "a decimal number is written with a point: 0.07"),
    ("x' = 1; k = 1'000", 14, "a prime stands right behind a name: T' is the rate of change of T"),
    ("x' = 1; k = 1 000", 15, "two numbers side by side"),
    ("x' = 1; x(0) = ", 15, "something is missing after ="),
    ("x' = 1; x(0) 1", 14, "an = is missing: x(0) = 1"),
    ("x' = 1; x(0 = 1", 13, "the time of a start value is a number: x(0) = 1"),
    ("x' = 1; x(t=0) = 1", 11, "the time of a start value is a number: x(0) = 1"),
    ("x' = table(t)", 6, "a table is read by table(data, t) or table(data, t, cubic)"),
    ("x' = table(a, t", 16, "a bracket is not closed; add )"),
]


@pytest.mark.parametrize(("text", "column", "problem"), HABITS)
def test_a_habit_is_answered_with_what_is_written_here(text, column, problem):
    with pytest.raises(SpecificationError) as caught:
        rl.model(text)
    assert (caught.value.problem, caught.value.line, caught.value.column) == (problem, 1, column)


def test_a_hint_looks_at_the_statement_alone():
    with pytest.raises(SpecificationError, match="a number touches a name; write 2"):
        rl.model("x' = if(x < 1, 1, 2)\nlet = 3; y' = 2y")


@pytest.mark.parametrize(("typed", "plain"), LATEX.items())
def test_latex_is_told_what_it_is_here(typed: str, plain: str) -> None:
    with pytest.raises(SpecificationError) as refused:
        rl.model(typed)
    assert f"this is LaTeX; write {plain}" in str(refused.value)


@pytest.mark.parametrize("plain", list(LATEX.values())[:-1])
def test_what_latex_is_told_to_be_reads(plain: str) -> None:
    assert rl.model(plain).states
