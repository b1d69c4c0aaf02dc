"""Random formulas and models, for what must hold for all of them."""

from collections.abc import Callable, Sequence

from hypothesis import assume
from hypothesis import strategies as st

from ratelaw.models.errors import SpecificationError
from ratelaw.models.language.read import read_expression, read_model

# Words that mean something to Python, to SymPy or to Unicode, and are ordinary names here.
NAMES = ("x", "T", "lambda", "S", "I", "E", "N", "beta", "in", "is", "T_s", "μ", "φ", "x_1", "if")
FUNCTIONS = ("sin", "cos", "exp", "atan", "tanh", "sqrt", "log", "abs", "sign", "floor", "expm1")
SMOOTH = ("sin", "cos", "atan", "tanh")  # everywhere, and of moderate size

_numbers = st.one_of(
    st.integers(0, 20).map(str),
    st.floats(1e-3, 1e3).map(lambda x: f"{x:.3g}"),
    st.floats(0, allow_nan=False, allow_infinity=False).map(repr),
)
_moderate = st.floats(0.1, 3).map(lambda x: f"{x:.2f}")
_functions, _smooth = st.sampled_from(FUNCTIONS), st.sampled_from(SMOOTH)
_signs, _smooth_signs = (
    st.sampled_from(["+", "-", "*", "·", "/", "^", "**"]),
    st.sampled_from("+-*"),
)
_comparisons = st.sampled_from(["<", "<=", ">", ">=", "=="])
_extremes = st.sampled_from(["min", "max"])
_kinds = st.sampled_from(
    ["leaf", "sign", "sign", "bracket", "call", "minus", "extreme", "choice", "joined", "step"]
)
_smooth_kinds = st.sampled_from(["leaf", "smooth sign", "smooth sign", "smooth call", "quotient"])


def formulas(
    names: Sequence[str], *, smooth: bool = False, depth: int = 4
) -> st.SearchStrategy[str]:
    """Return formulas as text; smooth ones have all derivatives, and values of moderate size."""
    leaves = st.one_of(st.sampled_from(list(names)), _moderate if smooth else _numbers)
    kinds = _smooth_kinds if smooth else _kinds

    def write(draw: st.DrawFn, depth: int) -> str:
        def inner() -> str:
            return write(draw, depth - 1)

        match draw(kinds) if depth else "leaf":
            case "sign":
                return f"{inner()} {draw(_signs)} {inner()}"
            case "smooth sign":
                return f"({inner()} {draw(_smooth_signs)} {inner()})"
            case "quotient":
                return f"({inner()}/(1 + {inner()}^2))"
            case "bracket":
                return f"({inner()})"
            case "call":
                return f"{draw(_functions)}({inner()})"
            case "smooth call":
                return f"{draw(_smooth)}({inner()})"
            case "minus":
                return f"-{inner()}"
            case "extreme":
                return f"{draw(_extremes)}({inner()}, {inner()})"
            case "choice":
                return f"if({inner()} {draw(_comparisons)} {inner()}, {inner()}, {inner()})"
            case "joined":
                first, second = (f"{inner()} {draw(_comparisons)} {inner()}" for _ in range(2))
                turned = draw(st.sampled_from(["", "not "]))
                joined = f"{turned}{first} {draw(st.sampled_from(['and', 'or']))} {second}"
                return f"if({joined}, {inner()}, {inner()})"
            case "step":
                return f"step({inner()})"
            case _:
                return draw(leaves)

    return st.composite(write)(depth).filter(lambda text: _reads(read_expression, text))


def _reads(read: Callable[[str], object], text: str) -> bool:
    """Tell whether a text is read: a divisor or a value may have come out as 0/0 by chance."""
    try:
        read(text)
    except SpecificationError:
        return False
    return True


def _rate(state: str, order: int) -> str:
    return f"d{state}/dt" if order == 1 else state + "'" * order


@st.composite
def model_texts(draw: st.DrawFn) -> str:
    """Return the text of a model: equations, start values, values and definitions, shuffled."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=8, unique=True))
    n_states = draw(st.integers(1, min(3, len(names))))
    states, others = names[:n_states], names[n_states:]
    n_parameters = draw(st.integers(0, len(others)))
    parameters, defined = others[:n_parameters], others[n_parameters:]
    orders = {s: draw(st.sampled_from([1, 1, 1, 2, 3])) for s in states}
    rates = [s + "'" * i for s, order in orders.items() for i in range(1, order)]
    readings = ["reading", "smooth_reading"] if draw(st.booleans()) else []
    usable = [*names, *rates, *readings, "t"]
    rows = [f"{_rate(s, orders[s])} = {draw(formulas(usable, depth=3))}" for s in states]
    rows = [row.replace("smooth_reading", "table(data, t - 1, cubic)") for row in rows]
    rows = [row.replace("reading", "table(data, t)") for row in rows]
    rows += ["data = [(0, 1), (2.5, -3), (4, 1e-3)] [degC]"] if readings else []
    rows += ["u[i]' = v[i]*u[3 - i] for i in 1..2", "v[i] = i for i in 1..2"] * draw(st.booleans())
    for i, name in enumerate(defined):
        known = [*states, *parameters, *defined[:i], "t"]
        role = draw(st.sampled_from(["", "", "observe: ", "input: "]))
        known = [*parameters, "t"] if role == "input: " else known
        rows.append(f"{role}{name} = {draw(formulas(known, depth=2))}")
    for name in parameters:
        before, after = draw(st.sampled_from([("", ""), ("const ", ""), ("", " in [0, inf]")]))
        rows += [f"{before}{name} = {draw(_numbers)}{after}"] * draw(st.booleans())
    fixed = st.one_of(_numbers, st.sampled_from(parameters or ["1"]))
    rows += [f"{s}(0) = {draw(fixed)}" for s in [*states, *rates] if draw(st.booleans())]
    text = draw(st.sampled_from(["\n", "; "])).join(draw(st.permutations(rows)))
    assume(_reads(read_model, text))
    return text
