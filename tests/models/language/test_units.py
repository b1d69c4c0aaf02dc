"""Units: how they are read, that they must agree, and the unit of time that follows from them."""

import math
import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from strategies import SMOOTH

import ratelaw as rl
from ratelaw.models.errors import UnitError
from ratelaw.models.language.read import read_expression
from ratelaw.models.units.algebra import PLAIN
from ratelaw.models.units.check import unit_of
from ratelaw.models.units.read import (
    BASES,
    DEFINITIONS,
    PREFIXABLE,
    PREFIXES,
    pretty_unit,
    read_unit,
)

# ---- reading -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("m/s^2", "m*s^-2"),
        ("m/s**2", "m/s/s"),
        ("m s⁻²", "m/s²"),
        ("kg*m^2/s^3", "W"),
        ("1/min", "min^-1"),
        ("J/(kg*K)", "J/kg/K"),
        ("kg m·s^-2", "N"),
        ("m^0.5", "m^(1/2)"),
        ("(m/s)^2", "m^2/s^2"),
        ("°C", "degC"),
        ("\u00b5g", "\u03bcg"),
        ("ug", "\u00b5g"),
        ("hours", "h"),
        ("millimeters", "mm"),
        ("km/m", "1000"),
        ("%", "0.01"),
        ("mmHg", "133.322387415*Pa"),
        ("", "1"),
        ("Hz", "1/s"),
        ("2*min", "120 s"),
        ("1e3 m", "km"),
    ],
)
def test_two_ways_to_write_a_unit(one: str, other: str) -> None:
    assert read_unit(one).agrees(read_unit(other))


@pytest.mark.parametrize(
    ("one", "other", "factor"),
    [("km", "m", 1000), ("min", "s", 60), ("m^3", "L", 1000), ("m", "s", None), ("K", "degF", 1.8)],
)
def test_the_factor_between_units(one: str, other: str, factor: float | None) -> None:
    assert read_unit(one).ratio(read_unit(other)) == (factor and pytest.approx(factor))


@pytest.mark.parametrize(
    "text", ["1/min", "degC/min", "m/s^2", "J/(kg*K)", "kg*m^2/s^3", "m^(1/2)", "1", "100*km", "°C"]
)
def test_a_unit_is_shown_as_it_was_written(text: str) -> None:
    assert str(read_unit(text)) == text


def test_equal_names_cancel_and_gather() -> None:
    assert str(read_unit("1/min") * read_unit("degC")) == "degC/min"
    assert str(read_unit("m/s") / read_unit("s")) == "m/s^2"
    assert read_unit("m/m") == PLAIN


@pytest.mark.parametrize(
    ("text", "column", "problem"),
    [
        ("degc", 1, "nobody knows the unit degc. Did you mean degC?"),
        ("m*foxes", 3, "nobody knows the unit foxes. What is merely counted has no unit."),
        ("hares", 1, "nobody knows the unit hares. What is merely counted has no unit."),
        ("kg/m2", 4, "nobody knows the unit m2; a power is written m^2"),
        ("dBm", 1, "nobody knows the unit dBm. What is merely counted has no unit."),
        ("m/", 3, "a unit is expected before the end, such as 1/min or m/s^2"),
        ("/min", 1, "a unit is expected before '/', such as 1/min or m/s^2"),
        ("m^", 3, "a power is a number, as in m^2 or s^-1"),
        ("m^s", 3, "a power is a number, as in m^2 or s^-1"),
        ("(m", 3, "a bracket of the unit is not closed; add )"),
        ("m)", 2, "unexpected ')' in a unit"),
        ("m+s", 2, "unexpected '+' in a unit"),
        ("m^2^3", 4, "unexpected '^' in a unit"),
        ("J/kg K", 6, "after a / the factors need a sign: J/(kg*K), or J/kg*s"),
        ("m$", 2, "'$' has no place in a unit"),
        ("m^101", 1, "nobody needs a power this large"),
        ("0*m", 1, "a unit is expected before '0', such as 1/min or m/s^2"),
        ("m" * 200, 1, "a unit this long is a mistake"),
    ],
)
def test_a_slip_in_a_unit_is_answered_with_its_place(text: str, column: int, problem: str) -> None:
    with pytest.raises(UnitError) as caught:
        read_unit(text)
    assert (caught.value.problem, caught.value.column) == (problem, column)


@given(st.text(st.sampled_from("mskgdegCK0123456789./*^() -+eE_[]'\"²⁻µ°%\\\n"), max_size=40))
@example("__import__('os')")
@example("m.__class__")
@example("(" * 50 + "m" + ")" * 50)
@example("1e400")
@example("m^-0")
@example("1e199*1e199")
def test_any_text_is_a_unit_or_a_unit_error(text: str) -> None:
    try:
        unit = read_unit(text)
    except UnitError:
        return
    assert read_unit(str(unit)).agrees(unit)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("m/s^2", "m/s²"),
        ("degC", "°C"),
        ("degC/min", "°C/min"),
        ("1/min", "1/min"),
        ("min^-1", "min⁻¹"),
        ("ug/mL", "µg/mL"),
        ("kg*m", "kg·m"),
        ("", ""),
    ],
)
def test_a_unit_on_an_axis(text: str, shown: str) -> None:
    assert pretty_unit(text) == shown


def names_of_the_table() -> list[str]:
    short = [p for p in PREFIXES if len(p) == 1]
    prefixed = [p + unit for p in short for unit in sorted(PREFIXABLE)]
    long = [p + word for p in PREFIXES if len(p) > 1 for word in ("meter", "gram", "seconds")]
    return [*BASES.values(), *DEFINITIONS, *prefixed, *long]


def test_the_table_agrees_with_pint() -> None:
    pint = pytest.importorskip("pint")
    registry = pint.UnitRegistry()
    for name in set(names_of_the_table()) - {"%"}:  # which pint does not take as a name
        size, _ = registry.get_root_units(name, check_nonmult=False)
        powers = {BASES[d]: Fraction(p) for d, p in registry.get_dimensionality(name).items()}
        unit = read_unit(name)
        assert (name, dict(unit.powers)) == (name, powers)
        assert math.isclose(unit.size, size, rel_tol=1e-9), name


# ---- agreement ---------------------------------------------------------------------------------

COOLING = "dT/dt = -k*(T - T_s); T(0) = 90 [degC]; k = 0.07 [1/min]; T_s = 21 [degC]"


@pytest.mark.parametrize(
    ("text", "time"),
    [
        (COOLING, "min"),
        ("dh/dt = v; dv/dt = -g; h(0) = 10 [m]; v(0) = 0 [m/s]; g = 9.81 [m/s^2]; e = 0.8", "s"),
        ("dx/dt = -k*x; x(0) = 1 [mg/L]; k = 2 [1/day]", "day"),
        ("dx/dt = v; x(0) = 0 [km]; v = 3 [km/h]", "h"),
        ("dx/dt = v; x(0) = 0 [mile]; v = 3 [mph]", "h"),
        ("dv/dt = F/m; v(0) = 0 [m/s]; F = 1 [N]; m = 1 [kg]", "s"),
        ("dx/dt = -x; x(0) = 1 [m]", ""),
        ("dx/dt = -k*x; k = 2 [1/h]", "h"),
        ("dx/dt = -x/tau; tau = 2 [ms]; rate = 1 [1/s]", "ms"),
        ("dx/dt = a*sin(w*t); x(0) = 0 [m]; a = 1 [m/s]; w = 2 [1/s]", "s"),
        ("dx/dt = a*sin(w*t); x(0) = 0 [m]; a = 1 [m/s]; w = 2 [rad/s]", "s"),
        ("dx/dt = v/2 + 0; dv/dt = -w^2*x; x(0) = 1 [m]; w = 2 [Hz]; v(0) = 0 [m/s]", "s"),
        ("dx/dt = c*sqrt(x); x(0) = 1 [m]; c = 1 [m^(1/2)/s]", "s"),
        ("dx/dt = c*x^(2/3); x(0) = 1 [m^3]; c = 1 [m/s]", "s"),
        ("dx/dt = -k*max(x - x_0, 0); x(0) = 1 [m]; x_0 = 1 [m]; k = 1 [1/s]", "s"),
        ("dx/dt = if(x > x_0, -k*x, 0); x(0) = 1 [m]; x_0 = 1 [m]; k = 1 [1/s]", "s"),
        ("dx/dt = -k*abs(x)*sign(x); x(0) = 1 [m]; k = 1 [1/s]", "s"),
        ("dx/dt = k*x_0*exp(-x/x_0); x(0) = 1 [m]; x_0 = 1 [m]; k = 1 [1/s]", "s"),
        ("dT/dt = -P/C; T(0) = 20 [degC]; P = 1 [W]; C = 1 [J/K]", "s"),
        ("dx/dt = F; F = k*x; x(0) = x_0; x_0 = 1 [m]; k = 1 [1/s]", None),
    ],
)
def test_the_unit_of_time_follows_from_the_others(text: str, time: str | None) -> None:
    if time is None:  # the state itself has no unit, so it starts from another
        with pytest.raises(UnitError, match=r"x\(0\): left is a plain number, right is m"):
            rl.model(text)
    else:
        assert rl.model(text).time_unit == time


def test_a_model_without_units_is_not_looked_at() -> None:
    assert rl.model("dx/dt = -k*x + k; k = 1").time_unit == ""


def test_a_definition_has_the_unit_of_its_formula() -> None:
    model = rl.model(f"{COOLING}; F = k*(T - T_s); r = (T - T_s)/T_s")
    assert (model.units["F"], model.units["r"]) == ("degC/min", "")


def test_units_are_kept_as_they_were_written() -> None:
    model = rl.model("dx/dt = -k*x; x(0) = 1 [kg/m**3]; k = 1 [s^-1]")
    assert (model.units["x"], model.units["x(0)"], model.units["k"]) == (
        "kg/m**3", "kg/m**3", "s^-1",
    )  # fmt: skip


def test_units_of_a_function_are_checked() -> None:
    @rl.model(start={"T": 90}, units={"T": "degC", "k": "1/min", "T_s": "degC"})
    def coffee(t, T, *, k=0.07, T_s=21):
        return -k * (T - T_s)

    assert coffee.time_unit == "min"
    assert coffee == rl.model(COOLING)


def test_a_printed_model_with_units_reads_back_equal() -> None:
    model = rl.model(f"{COOLING}; F = k*(T - T_s)")
    assert rl.model(model.text) == model


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (
            "k = 1 [1/min]\ndT/dt = T_s - T\nT(0) = 90 [degC]\nT_s = 21 [degC]", 2,
            "dT/dt: left is degC/min, right is degC: is a rate constant missing?",
        ),
        (
            "dx/dt = v; v = 3 [km/s]\nx(0) = 0 [m]", 1,
            "dx/dt: left is m/s, right is km/s: they differ by a factor of 1000",
        ),
        ("dx/dt = m; m = 3 [kg]; x(0) = 0 [m]", 1, "dx/dt: left is m, right is kg"),
        (
            "dx/dt = -k*x; k = 1 [1/s]\n\nx(0) = 2*a [m]; a = 1 [s]", 3,
            "x(0): left is m, right is s",
        ),
        (
            "dx/dt = -k*x; k = 1 [1/s]; x(0) = 1\nF = k*x [m]", 2,
            "F: left is m, right is 1/s",
        ),
        (
            "dx/dt = -k*(x - a); a = 1 [s]; k = 1 [1/s]; x(0) = 1 [m]", 1,
            "dx/dt, in x - a: left is m, right is s",
        ),
        (
            "dx/dt = -k*(x - 3); k = 1 [1/s]; x(0) = 1 [m]", 1,
            "dx/dt, in x - 3: left is m, right is a plain number; give the number a name and a "
            "unit: x_s = 3 [m]",
        ),
        (
            "dx/dt = k*(2.5 - x) - k*x_s; k = 1 [1/s]; x(0) = 1 [m]; x_s = 1 [m]", 1,
            "dx/dt, in 2.5 - x: left is a plain number, right is m; give the number a name and a "
            "unit: c1 = 2.5 [m]",
        ),
        (
            "dx/dt = -3; x(0) = 1 [m]; tau = 1 [s]", 1,
            "dx/dt: left is m/s, right is a plain number; give the number a name and a unit: "
            "c1 = -3 [m/s]",
        ),
        (
            "dx/dt = a*sin(t); a = 1 [m/s]; x(0) = 1 [m]", 1,
            "dx/dt, in sin(t): the argument must be a plain number, got s",
        ),
        (
            "dx/dt = k*x*log(x/x_0); k = 1 [1/s]; x(0) = 1 [km]; x_0 = 1 [m]", 1,
            "dx/dt, in log(x/x_0): the argument must be a plain number, got km/m: they differ by "
            "a factor of 1000",
        ),
        (
            "dx/dt = k*x^n; k = 1 [1/s]; x(0) = 1 [m]; n = 2", 1,
            "dx/dt, in x^n: the base is in m, so the exponent must be a small number",
        ),
        (
            "dx/dt = k*x^9^9^9^9; k = 1 [1/s]; x(0) = 1 [m]", 1,
            "dx/dt, in x^9^9^9^9: the base is in m, so the exponent must be a small number",
        ),
        (
            "dx/dt = k*2^x; k = 1 [1/s]; x(0) = 1 [m]", 1,
            "dx/dt, in 2^x: the exponent must be a plain number, got m",
        ),
        (
            "dx/dt = if(x < a, k*x, 0); a = 1 [s]; k = 1 [1/s]; x(0) = 1 [m]", 1,
            "dx/dt, in (x < a): left is m, right is s",
        ),
        (
            "dx/dt = if(x < 0, k*x, x); k = 1 [1/s]; x(0) = 1 [m]", 1,
            "dx/dt, in if(x < 0, k*x, x): left is m/s, right is m",
        ),
        (
            "dT/dt = -k*(T - T_s); T(0) = 90 [degC]; k = 0.07 [1/min]; T_s = 294 [K]", 1,
            "dT/dt, in T - T_s: left is degC, right is K: their zeros differ; use one scale for "
            "both",
        ),
        (
            "dT/dt = -k*T; T(0) = T_s [degC]; k = 0.07 [1/min]; T_s = 294 [K]", 1,
            "T(0): left is degC, right is K: their zeros differ; use one scale for both",
        ),
        (
            "dx/dt = v; dv/dt = g; v(0) = 0 [m/s]; g = 9.8 [m/s]; x(0) = 0 [m]", 1,
            "dv/dt: left is m/s^2, right is m/s: is a rate constant missing?",
        ),
        (
            "dx/dt = v; x(0) = 0 [ft]; v = 1 [m/s]", 1,
            "dx/dt: left is ft/s, right is m/s: they differ by a factor of 3.28084",
        ),
    ],
)  # fmt: skip
def test_units_that_disagree(text: str, line: int, problem: str) -> None:
    with pytest.raises(UnitError) as caught:
        rl.model(text)
    assert (caught.value.problem, caught.value.line) == (problem, line)


def test_of_several_units_of_time_the_one_with_the_fewest_disagreements_is_reported() -> None:
    with pytest.raises(UnitError, match=r"^line 1, column 41: dz/dt: left is kg/h, right is kg/s"):
        rl.model(
            "dx/dt = a; dy/dt = a;                   dz/dt = b; x(0) = 0 [m]; y(0) = 0 [m]\n"
            "z(0) = 0 [kg]; b = 1 [kg/s]; a = 1 [m/h]"
        )


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("dx/dt = -k*x; k = 0.07 [1/minn]", 1, 27),
        ("dx/dt = -x\nx(0) = 1 # one\nk = (2\n + 3) [ m*minn ]", 4, 11),
        ("dx/dt = -x\nx(0) = 1   [minn]", 2, 13),
        ("dx/dt = -x; F = 2*x [minn]", 1, 22),
    ],
)
def test_an_unknown_unit_is_pointed_at(text: str, line: int, column: int) -> None:
    with pytest.raises(UnitError, match="nobody knows the unit minn") as caught:
        rl.model(text)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_an_unknown_unit_of_a_function_names_its_owner() -> None:
    with pytest.raises(UnitError, match="unit of x: nobody knows the unit minn"):
        rl.model(lambda t, x: -x, start={"x": 1}, units={"x": "minn"})


def test_the_unit_of_a_formula_of_a_model() -> None:
    model = rl.model(COOLING)
    assert unit_of(model, read_expression("k*(T - T_s)")) == "degC/min"
    assert unit_of(model, read_expression("k*t")) == ""
    with pytest.raises(UnitError, match="in T - k: left is degC, right is 1/min"):
        unit_of(model, read_expression("T - k"))


# ---- properties --------------------------------------------------------------------------------

UNITS = ("m", "kg", "s")


@st.composite
def measured(draw: st.DrawFn, unit: str, depth: int = 3) -> str:
    """Return a formula in a given unit of symbols that are called like their units."""
    other = st.sampled_from(UNITS)

    def write(unit: str, depth: int) -> str:
        match draw(st.sampled_from("=+-*/^sfm")) if depth else "=":
            case "+" | "-" as sign:
                return f"({write(unit, depth - 1)} {sign} {write(unit, depth - 1)})"
            case "*":
                return f"{draw(_plain)}*{write(unit, depth - 1)}"
            case "/":
                by = draw(other)
                return f"({write(unit, depth - 1)}*{by}_1/max({write(by, depth - 1)}, {by}_1))"
            case "^":
                return f"(({write(unit, depth - 1)})^3/{unit}_1^2)"
            case "s":
                return f"sqrt({write(unit, depth - 1)}*{unit}_1)"
            case "f":
                function = draw(st.sampled_from(SMOOTH))
                return f"{unit}_1*{function}({write(unit, depth - 1)}/{unit}_1)"
            case "m":
                return f"max({write(unit, depth - 1)}, {unit}_1)"
            case _:
                return f"{unit}_1"

    _plain = st.integers(2, 9).map(str)
    return write(unit, depth)


def model_text(formula: str, **units: str) -> str:
    rows = [f"{name}_1 = 1 [{units.get(name, name)}]" for name in UNITS]
    return "\n".join([f"dx/dt = {formula}/s_1", "x(0) = 1 [m]", *rows])


@given(measured("m"))
def test_a_consistent_model_passes(formula: str) -> None:
    assert rl.model(model_text(formula)).time_unit == "s"


@given(measured("m"), st.sampled_from(["mm", "K", "m^2"]))
def test_a_model_with_one_other_unit_fails(formula: str, wrong: str) -> None:
    total = f"(m_1 + {formula})"
    assume("m_1" in read_expression(total).inputs)  # not 0, which has every unit
    with pytest.raises(UnitError):
        rl.model(model_text(total, m=wrong))


# ---- cost --------------------------------------------------------------------------------------


def test_everyday_units_need_no_pint() -> None:
    script = f"import sys, ratelaw; ratelaw.model({COOLING!r}); print('pint' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
