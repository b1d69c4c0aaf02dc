"""The language of models: what it reads, what it refuses and how, and that no text can do harm."""

import math
import sys

import pytest
from effort import effort
from hypothesis import given
from strategies import formulas, model_texts

import ratelaw as rl
from ratelaw.models.errors import SpecificationError, listing
from ratelaw.models.language.functions import FUNCTION
from ratelaw.models.language.read import read_condition, read_expression, read_model
from ratelaw.models.tape.writing.expression import to_text


def value(text: str, **names: float) -> float:
    """Return what an expression is worth."""
    tape = read_expression(text)
    return tape(*(names[name] for name in tape.inputs))[0]


def message(text: str) -> SpecificationError:
    with pytest.raises(SpecificationError) as caught:
        rl.model(text)
    return caught.value


# ---- formulas ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2*3", 7),
        ("(1 + 2)*3", 9),
        ("10 - 4 - 3", 3),
        ("16/4/2", 2),
        ("2*3/4", 1.5),
        ("2^3^2", 512),
        ("2**3**2", 512),
        ("-3^2", -9),
        ("(-3)^2", 9),
        ("2^-2", 0.25),
        ("2^-2^2", 1 / 16),
        ("-2*-3", 6),
        ("+4 - +1", 3),
        ("- - 5", 5),
        ("3*-2^2", -12),
        (".5 + 1. + 1e1 + 2.5E-1", 11.75),
        ("6 \u2212 2", 4),
        ("\u22123", -3),
        ("2\u00b73\u00d74\u22c55", 120),
        ("pi", math.pi),
        ("2*\u03c0", 2 * math.pi),
        ("min(3, 1, 2)", 1),
        ("max(3, 1, 2)", 3),
        ("if(1 < 2, 3, 4)", 3),
        ("if(1 > 2, 3, 4)", 4),
        ("if(2 <= 2, 3, 4)", 3),
        ("if(2 >= 3, 3, 4)", 4),
        ("if(2 == 2, 3, 4)", 3),
        ("if(0, 3, 4)", 4),
        ("2*(3 < 4)", 2),
        ("abs(-2) + sign(-7) + floor(2.9)", 3),
        ("sqrt(16) + exp(0) + expm1(0) + log(1) + log1p(0)", 5),
        ("sin(0) + cos(0) + tan(0) + asin(0) + acos(1) + atan(0)", 1),
        ("sinh(0) + cosh(0) + tanh(0)", 1),
        ("sin(\n  pi/2\n)", 1),
    ],
)
def test_a_formula_is_worth(text: str, expected: float) -> None:
    assert value(text) == pytest.approx(expected, rel=1e-15)


def test_a_power_binds_tighter_than_the_sign_before_it() -> None:
    assert value("-omega^2*x", omega=3, x=2) == -18


def test_names_enter_a_formula() -> None:
    assert value("-k*(T - T_s)", k=0.07, T=90, T_s=21) == pytest.approx(-4.83)


@given(formulas(["x", "y"]))
def test_a_printed_formula_reads_back_the_same(text: str) -> None:
    tape = read_expression(text)
    assert read_expression(to_text(tape)[0]) == tape


# ---- statements --------------------------------------------------------------------------------


def test_each_kind_of_statement_is_read() -> None:
    model = read_model("""
        dT/dt = -F               # heat loss
        F     = k*(T - T_s)      # flow
        T(0)  = 90   [degC]
        k     = 0.07 [1/min]     # fitted by eye
        T_s   = 21   [degC]
    """)
    (state,), (flow,) = model.states, model.definitions
    assert (state.name, state.unit, state.note) == ("T", "degC", "heat loss")
    assert (flow.name, flow.note) == ("F", "flow")
    assert [(p.name, p.value, p.unit, p.note) for p in model.parameters] == [
        ("k", 0.07, "1/min", "fitted by eye"),
        ("T_s", 21, "degC", ""),
    ]


def test_a_prime_is_the_rate_of_change() -> None:
    assert read_model("x' = -k*x") == read_model("dx/dt = -k*x")


def test_statements_may_share_a_line() -> None:
    assert read_model("dx/dt=v;dv/dt=-x ;  x(0)=1;v(0)=0;") == read_model(
        "dx/dt = v\ndv/dt = -x\n\nx(0) = 1\nv(0) = 0\n"
    )


def test_line_ends_of_other_systems_are_line_ends() -> None:
    assert read_model("dx/dt = -x\r\nx(0) = 1\r\n") == read_model("dx/dt = -x\nx(0) = 1")


def test_a_formula_in_brackets_may_go_over_lines() -> None:
    text = "dx/dt = (a  # gain\n  - b*x   # loss\n)\na = 1"
    assert read_model(text) == read_model("dx/dt = a - b*x; a = 1")


def test_statements_come_in_any_order() -> None:
    model = read_model("G = 2*F; x(0) = a; F = x + a; a = 1; dx/dt = G")
    assert [d.name for d in model.definitions] == ["F", "G"]


def test_a_value_may_be_a_formula_of_numbers() -> None:
    assert read_model("dx/dt = k*x; k = log(2)/5").values["k"] == math.log(2) / 5


def test_a_start_value_may_be_a_formula_of_parameters() -> None:
    (state,) = read_model("dM/dt = -M; M(0) = 2*T_s; T_s = 21").states
    assert state.start is not None
    assert state.start.inputs == ("T_s",)


def test_a_start_value_may_use_a_definition_that_stands_still() -> None:
    assert read_model("dx/dt = -x; c = 2*a; x(0) = c; a = 1").states[0].start is not None


@pytest.mark.parametrize(("written", "t0"), [("2.5", 2.5), ("-1", -1), ("\u22121", -1), ("+3", 3)])
def test_the_start_may_be_at_another_time(written: str, t0: float) -> None:
    assert read_model(f"dx/dt = -x; x({written}) = 1").t0 == t0


def test_the_independent_variable_may_have_another_name() -> None:
    assert read_model("dx/ds = -x*s").time == "s"


def test_a_name_without_a_value_is_a_parameter_without_one() -> None:
    (k,) = read_model("dx/dt = -k*x").parameters
    assert (k.name, k.value) == ("k", None)


def test_pi_may_be_redefined() -> None:
    assert read_model("dx/dt = pi; pi = 3").values["pi"] == 3


@pytest.mark.parametrize(
    "name", "lambda in is as from S I E N Q T C R beta gamma d dd e self x_1 _x 温度 ẋ".split()
)
def test_an_ordinary_name(name: str) -> None:
    model = read_model(f"dx/dt = -{name}*x; {name} = 2") if name != "x" else None
    assert model is not None
    assert model.values == {name: 2}


@pytest.mark.parametrize(("one", "other"), [("\u00b5", "\u03bc"), ("\u03d5", "\u03c6")])
def test_two_code_points_of_one_letter_are_one_name(one: str, other: str) -> None:
    model = read_model(f"dx/dt = -{one}*x; {other} = 2")
    assert model.values == {other: 2}
    assert model({one: 3}).values == {other: 3}


@given(model_texts())
def test_a_printed_model_reads_back_equal(text: str) -> None:
    model = read_model(text)
    again = read_model(model.text)
    assert (again, again.text) == (model, model.text)


# ---- conditions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "T", "sign"),
    [
        ("T < 60", 50, 1),
        ("T < 60", 70, -1),
        ("T >= 2*30", 70, 1),
        ("60 > T", 70, -1),
        ("T >= 60", 60, 1),
        ("T > 60", 60, -1),
        ("30 < T and T < 60", 50, 1),
        ("30 < T and T < 60", 70, -1),
        ("T < 30 or 60 < T", 70, 1),
        ("T < 30 or 60 < T", 50, -1),
        ("not T < 60", 70, 1),
        ("not (T < 30 or 60 < T)", 50, 1),
        ("not T >= 60", 60, -1),
    ],
)
def test_a_condition_is_positive_where_it_holds(text: str, T: float, sign: int) -> None:
    (distance,) = read_condition(text)(T)
    assert (distance > 0) == (sign > 0)


ONE_COMPARISON = "one comparison at a time, joined by and, or: 30 < T and T < 60"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("T", "a condition compares: T < 60"),
        ("T < 60 and T", "a condition compares: T < 60"),
        ("", "the condition is empty; write T < 60"),
        ("T == 60", "== holds for a moment only: compare with <, <=, > or >="),
        ("T <", "something is missing after <"),
        ("T = 60", "a condition compares with < or >: T < 60"),
        ("T < 60 < 70", ONE_COMPARISON),
        ("30 < T < 60", ONE_COMPARISON),
        ("T < 60, T > 30", ONE_COMPARISON),
        ("(T < 60) & (T > 30)", "unexpected character '&': conditions are joined with and"),
        ("T < 2k", "a number touches a name; write 2*k"),
    ],
)
def test_a_malformed_condition_says(text: str, problem: str) -> None:
    with pytest.raises(SpecificationError) as caught:
        read_condition(text)
    assert caught.value.problem.startswith(problem)


# ---- what is refused, and how ------------------------------------------------------------------

FUNCTION_LIST = f"{listing(sorted(FUNCTION))}."
STATEMENT = "an equation dx/dt = -k*x, a value k = 0.1, or a start value x(0) = 1"
SLIPS = [
    ("dT/dt = -2k*(T-T_s)", 1, 11, "a number touches a name; write 2*k"),
    ("dx/dt = 2(x + 1)", 1, 10, "a number touches a bracket; write 2*(…)"),
    ("dx/dt = (x + 1)(x - 1)", 1, 16, "a product is written with *"),
    ("dx/dt = (x + 1)x", 1, 16, "a product is written with *"),
    ("dx/dt = k x", 1, 11, "two names side by side; write k*x"),
    ("dx/dt = 3 4", 1, 11, "two numbers side by side"),
    ("dx/dt = 1.2.3", 1, 12, "two numbers side by side"),
    ("dx/dt = x²", 1, 10, "a power is written with ^, as in x^2"),
    ("dx²/dt = x", 1, 3, "a power is written with ^, as in x^2"),
    ("k = 0,07", 1, 6, "a decimal number is written with a point: 0.07"),
    ("dx/dt = x, y", 1, 10, "a comma stands between the arguments of a function only"),
    ("dx/dt = x''", 1, 9, "x'' stands left of an = only; write its formula here"),
    ("x'' = -x'''", 1, 8, "x''' stands left of an = only; write its formula here"),
    ("dx/dt = k*z'", 1, 11, "z' is a rate of change, but z has no equation z' = …"),
    ("dx/dt = (x)'", 1, 12, "a prime stands right behind a name: T' is the rate of change of T"),
    ("d2x/dt = -x", 1, 1, "a rate of change of order 2 is written d2x/dt2 = …"),
    ("d99x/dt99 = -x", 1, 1, "an equation is of order 1 to 20"),
    (
        "x'' = -x; x''(0) = 1", 1, 11,
        "the equation of x is of order 2; its start values are x(0) and x'(0)",
    ),
    ("x' = -x; x'(0) = 1", 1, 10, "the equation of x is of order 1; its start values are x(0)"),
    ("dx/dt = -dx/dt", 1, 10, "dx/dt stands left of an = only; write its formula here"),
    (
        "dx/dt - 3 = x",
        1,
        3,
        "the rate of change stands alone on the left; move the rest to the right side",
    ),
    ("-dx/dt = x", 1, 1, f"a statement begins with a name: {STATEMENT}"),
    ("dx/dt == -x", 1, 8, "an equation has one ="),
    ("dx/dt = = -x", 1, 9, "an equation has one ="),
    (
        "dx/dt = -x = 3", 1, 12,
        "one statement has one =; put the next one on its own line or after a ;",
    ),
    ("dx/dt = -k*x k = 2", 1, 14, "a new statement begins on a new line, or after a ;"),
    ("dx/dt = (x + 1", 1, 15, "a bracket is not closed; add )"),
    ("dx/dt = (x + 1\nk = 2", 2, 1, "the bracket of line 1 is not closed; add )"),
    ("dx/dt = (x - 2\nx(0) = 1", 2, 1, "the bracket of line 1 is not closed; add )"),
    ("dx/dt = (x -\nx(0) = 1", 2, 6, "the bracket of line 1 is not closed; add )"),
    ("dx/dt = (x - 2\ndy/dt = 1", 2, 1, "the bracket of line 1 is not closed; add )"),
    ("dx/dt = (x - 2\ny' = 1", 2, 1, "the bracket of line 1 is not closed; add )"),
    ("dx/dt = (x + 1; k = 2", 1, 17, "a bracket before this is not closed; add )"),
    ("dx/dt = x and 3", 1, 11, "and, or join conditions, as in if(x > 0 and x < 1, a, b)"),
    ("dx/dt = x + 1)", 1, 14, "this bracket closes nothing"),
    ("dx/dt = ()", 1, 10, "something is missing after ("),
    ("dx/dt = (x + )", 1, 14, "something is missing after +"),
    ("dx/dt =", 1, 8, "something is missing after ="),
    ("dx/dt = x +  # more\n", 1, 20, "something is missing after +"),
    ("dx/dt = * x", 1, 9, "something is missing before *"),
    ("dx/dt = -x\nk", 2, 2, f"k alone says nothing; write {STATEMENT}"),
    ("k = 1", 1, 1, "there is no equation; write the rate of change of a state: dx/dt = -k*x"),
    ("", 1, 1, "there is no equation; write the rate of change of a state: dx/dt = -k*x"),
    ("dx/dt = -x\nx(0) = 1\nx(0) = 2", 3, 1, "x was already given in line 2; keep one"),
    ("dx/dt = -x; x' = x", 1, 13, "x was already given in line 1; keep one"),
    ("dx/dt = -x; k = 1\nk = 2", 2, 1, "k was already given in line 1; keep one"),
    ("dx/dt = -x; x = 3", 1, 13, "x is a state; its start value is written x(0) = …"),
    ("dx/dt = -x; z(0) = 3", 1, 13, "z has a start value but no equation dz/dt = …"),
    (
        "dxx/dt = -xx; x(0) = 3", 1, 15,
        "x has a start value but no equation dx/dt = …. Did you mean xx?",
    ),
    ("dx/dt = -x; dy/ds = y", 1, 13, "there are two independent variables, t and s; use one"),
    (
        "dx/dt = x; x(0) = 1; dy/dt = 1; y(1) = 1", 1, 33,
        "there are two start times, 0 and 1; use one",
    ),
    (
        "dx/dt = -x; x(0) = 2*x", 1, 13,
        "the start value of x mentions x, which changes with time; use numbers and parameters",
    ),
    (
        "dx/dt = -x; G = t; F = G + 1; x(0) = F", 1, 31,
        "the start value of x mentions F, which changes with time; use numbers and parameters",
    ),
    ("dx/dt = F; F = G; G = F", 1, 12, "F is defined by way of itself"),
    ("dx/dt = -x; t = 3", 1, 13, "t is the independent variable; call this something else"),
    ("dt/dt = 1", 1, 1, "t is the independent variable; call this something else"),
    (
        "dx/dt = sinn(x)", 1, 9,
        f"sinn is not a function; a product is written sinn*(…), and the functions are "
        f"{FUNCTION_LIST} Did you mean sin?",
    ),
    (
        "dx/dt = k(x)", 1, 9,
        f"k is not a function; a product is written k*(…), and the functions are {FUNCTION_LIST}",
    ),
    ("dx/dt = where(x < 1, 1, 2)", 1, 9, "where is not a function here; write if(x < 1, a, b)"),
    ("dx/dt = ln(x)", 1, 9, "ln is not a function here; write log(x)"),
    ("dx/dt = sin(x, 2)", 1, 9, "sin takes 1 argument(s), got 2"),
    ("dx/dt = min(x)", 1, 9, "min takes at least 2 argument(s), got 1"),
    ("dx/dt = if(x, 1)", 1, 9, "if takes 3 argument(s), got 2; write if(x < 1, a, b)"),
    ("dx/dt = x < 3", 1, 11, "a comparison stands in brackets, as in if(x < 1, a, b)"),
    ("dx/dt = -x [m]", 1, 12, "an equation has no unit of its own; units belong to values"),
    (
        "dx/dt = -x; x(0) = 1 [m] [s]", 1, 26,
        "a unit is written once, at the end of a statement, after the value",
    ),
    (
        "dx/dt = T_s[K]", 1, 13,
        "K is no index; a unit is written after a space, k = 0.07 [1/min], an index runs over a "
        "range, … for K in 1..10, or is a constant, const K = 10",
    ),
    ("dx/dt = 1e999*x", 1, 9, "this number is too large; the largest is 1.8e308"),
    ("dx/dt = -x; x(1e999) = 1", 1, 15, "this number is too large; the largest is 1.8e308"),
    ("dx/dt = x/0", 1, 10, "this divides by zero"),
    ("dx/dt = -x; k = log(0)", 1, 13, "k is -inf; a value must be finite"),
    ("dx/dt = -x; x(0) = log(-1)", 1, 13, "the start value of x is nan; a value must be finite"),
    ("dx/dt = -x; x(a) = 1", 1, 15, "the time of a start value is a number: x(0) = 1"),
    ("½ = 3; dx/dt = 1", 1, 1, "½ is no name; use at most 100 letters and digits"),
    ("k := 1", 1, 3, "a value is given with =, as in k = 0.1"),
    ("dx/dt = x.real", 1, 9, "x is no part of this model: a part is written x = cooling(k = 0.07)"),
    (
        "dx/dt = x.", 1, 10,
        "unexpected character '.': a dot stands between a part and a name of it: mug.T",
    ),
    (
        "dx/dt = |x|", 1, 9,
        "unexpected character '|': an absolute value is written abs(x), and conditions are joined "
        "with or",
    ),
    (
        "dx/dt = 5% * x", 1, 10,
        "unexpected character '%': write a percentage as a fraction, 5 % is 0.05",
    ),
    ("dx/dt = if(x ≤ 3, 1, 0)", 1, 14, "unexpected character '≤': write <="),
    ("dx/dt = ~x", 1, 9, "unexpected character '~'"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column", "problem"), SLIPS)
def test_a_slip_is_answered_with_its_place(text: str, line: int, column: int, problem: str) -> None:
    error = message(text)
    assert (error.problem, error.line, error.column) == (problem, line, column)


def test_the_message_shows_the_line_and_a_caret() -> None:
    assert str(message("dT/dt = -2k*(T-T_s)\nk = 3")) == (
        "line 1, column 11: a number touches a name; write 2*k\n"
        "    dT/dt = -2k*(T-T_s)\n"
        "              ^"
    )


def test_of_a_long_line_the_message_shows_what_is_around_the_place() -> None:
    error = message("dx/dt = " + "x + " * 1000 + "2k" + " + x" * 1000)
    _, shown, caret = str(error).split("\n")
    assert len(shown) < 200
    assert shown[caret.index("^") - 1 :].startswith("2k + x")


# ---- texts that mean harm ----------------------------------------------------------------------

HOSTILE = {
    "import": "__import__('ratelaw_sentinel')",
    "import in a formula": "dx/dt = __import__('ratelaw_sentinel').x",
    "import as a function": "dx/dt = __import__(ratelaw_sentinel)",
    "import statement": "dx/dt = x; import ratelaw_sentinel",
    "from import": "from ratelaw_sentinel import x",
    "lambda call": "dx/dt = (lambda: __import__('ratelaw_sentinel'))()",
    "exec": "dx/dt = exec('import ratelaw_sentinel')",
    "eval": "dx/dt = eval(ratelaw_sentinel)",
    "compile": "dx/dt = compile('import ratelaw_sentinel', '', 'exec')",
    "getattr": "dx/dt = getattr(x, y)",
    "open": "dx/dt = open('ratelaw_sentinel')",
    "attributes": "dx/dt = x.__class__.__mro__[1].__subclasses__()",
    "empty tuple": "dx/dt = ().__class__",
    "dunder name": "__class__ = 3; dx/dt = __class__",
    "dunder state": "d__init__/dt = 1; __init__(0) = 2",
    "names of the reader": "self = 1; dx/dt = self*builder*_values*_call",
    "format string": "dx/dt = {x.__class__}",
    "percent format": "dx/dt = %s%n%x",
    "f-string": "dx/dt = f'{x}'",
    "template": "{{7*7}}",
    "shell": "$(touch ratelaw_sentinel); dx/dt = 1",
    "backticks": "`touch ratelaw_sentinel`; dx/dt = 1",
    "lookup": "dx/dt = ${jndi:ldap://localhost/x}",
    "comprehension": "dx/dt = [c for c in x]",
    "decorator": "dx/dt = x\n@property",
    "path": "../../etc/passwd",
    "unit that imports": "dx/dt = x; x(0) = 1 [__import__('ratelaw_sentinel')]",
    "unit with attributes": "dx/dt = x; x(0) = 1 [m.__class__]",
    "unit of many brackets": f"dx/dt = x; x(0) = 1 [{'(' * 10_000}m{')' * 10_000}]",
    "unit tower": "dx/dt = x; x(0) = 1 [m^9^9^9^9]",
    "unit power": "dx/dt = x; x(0) = 1 [m^999999]",
    "unit number": f"dx/dt = x; x(0) = 1 [{'9' * 100}]",
    "nested brackets": f"dx/dt = {'(' * 10_000}x{')' * 10_000}",
    "open brackets": "dx/dt = " + "(" * 10_000,
    "closed brackets": "dx/dt = " + ")" * 10_000,
    "nested calls": f"dx/dt = {'sin(' * 5_000}x{')' * 5_000}",
    "nested choices": f"dx/dt = {'if(x,' * 2_000}x{',1)' * 2_000}",
    "nested sums": "dx/dt = " + "sum(" * 5_000 + "x" + " for i in 1..2)" * 5_000,
    "nested index": f"dx/dt = x[{'(' * 10_000}1{')' * 10_000}]",
    "many ranges": "dx/dt = sum(1 for " + ", ".join(f"i{j} in 1..9" for j in range(500)) + ")",
    "many conditions": f"dx/dt = if({'not ' * 5_000}x, 1, 2)",
    "open index": "dx/dt = x" + "[" * 10_000,
    "primes": f"x{chr(39) * 100_000} = 1",
    "signs": f"dx/dt = {'-' * 10_000}x",
    "many terms": f"dx/dt = {'x+' * 5_000}x",
    "many digits": f"dx/dt = {'9' * 1_000_000}",
    "many decimals": f"dx/dt = x; k = 0.{'9' * 1_000_000}",
    "digits and a name": f"dx/dt = {'9' * 1_000_000}x",
    "overflow": "dx/dt = x; k = 1e999",
    "underflow": "dx/dt = x; k = 1e-999",
    "exponent tower": "dx/dt = 9^9^9^9^9^9",
    "tower as a value": "dx/dt = x; k = 9^9^9^9",
    "long tower": f"dx/dt = x{'^9' * 3_000}",
    "words for no number": "dx/dt = nan*x; x(0) = inf; k = infinity",
    "null": "dx/dt = x\0",
    "nulls": "\0" * 1000,
    "surrogate": "dx/dt = \ud800",
    "surrogate in a comment": "dx/dt = x # \udfff",
    "direction override": "\u202edx/dt = x",
    "control characters": "dx/dt = \x1b[31mx\x07",
    "other digits": "dx/dt = \u0663*x",
    "semicolons": ";" * 100_000,
    "line ends": "\n" * 100_000,
    "bracket over many lines": "dx/dt = (" + "\n" * 100_000,
    "blanks": f"dx/dt = x{' ' * 1_000_000}y",
    "comment": f"dx/dt = x #{'#' * 1_000_000}",
    "long name": f"dx/dt = {'a' * 1_000_000}",
    "long state": f"d{'a' * 1_000_000}/dt = 1",
    "quotes": "dx/dt = " + "'" * 1000,
    "imaginary": "dx/dt = x; k = 1j",
    "binary": "dx/dt = x; k = 0b1",
    "underscores": "dx/dt = x; k = 1_000",
}


ENDS_SOON = 5_000_000  # calls of functions, about twice those of the longest


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_ends_soon_in_an_error_or_a_harmless_model(
    text: str, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ratelaw_sentinel.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    read_model("dx/dt = 1")  # the parser is built once

    def read() -> None:
        try:
            model = rl.model(text)
        except SpecificationError as error:
            str(error).encode()
        else:
            assert set(model.values.values()) <= {0, 1, 2, 3}
            assert rl.model(model.text).states[0].name == model.states[0].name

    assert effort(read) < ENDS_SOON
    assert "ratelaw_sentinel" not in sys.modules
    assert [f.name for f in tmp_path.iterdir()] == ["ratelaw_sentinel.py"]


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(SpecificationError, match="got int; a model is specified by text"):
        rl.model(3)  # type: ignore[call-overload]
