"""A model is a value: calling it sets values and gives another; it prints as it is written."""

import time
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
import xarray as xr

import ratelaw as rl
from ratelaw.models.errors import InputError, UnknownNameError
from ratelaw.models.lower import lower

COFFEE = rl.model("""
    dT/dt = -k*(T - T_s)
    T(0)  = 90   [degC]
    k     = 0.07 [1/min]
    T_s   = 21   [degC]
""")


# ---- calling -----------------------------------------------------------------------------------


def test_a_call_sets_values_in_a_new_model() -> None:
    warm = COFFEE(k=0.1, T_s=25)
    assert warm.values == {"k": 0.1, "T_s": 25, "T(0)": 90}
    assert COFFEE.values == {"k": 0.07, "T_s": 21, "T(0)": 90}


def test_a_call_with_a_mapping_sets_names_that_are_no_identifiers() -> None:
    assert COFFEE({"T(0)": 80}, k=0.1).values == {"k": 0.1, "T_s": 21, "T(0)": 80}
    assert rl.model("dx/dt = -lambda*x")({"lambda": 3}).values == {"lambda": 3}


@pytest.mark.parametrize("name", ["T(0)", "T(0.0)", "T( 0 )", " T(0)", "T(-0)"])
def test_a_start_value_may_be_written_loosely(name: str) -> None:
    assert COFFEE({name: 80}).values["T(0)"] == 80


def test_a_start_value_at_another_time_has_that_time_in_its_name() -> None:
    model = rl.model("dx/dt = -x; x(2.5) = 1")
    assert model.settings == ("x(2.5)",)
    assert model({"x(2.5)": 3}).values == {"x(2.5)": 3}


@pytest.mark.parametrize("value", [1, 1.5, np.float64(2), np.int64(3), np.array(4.0), True + 1])
def test_a_value_is_any_real_number(value: float) -> None:
    assert COFFEE(k=value).values["k"] == float(value)


def test_a_number_given_to_a_formula_start_replaces_it() -> None:
    model = rl.model("dM/dt = -M; M(0) = T_s; T_s = 21")
    assert model({"M(0)": 5}).values == {"T_s": 21, "M(0)": 5}


def test_an_array_becomes_a_dimension_named_like_what_it_sets() -> None:
    cups = COFFEE(k=np.linspace(0.02, 0.2, 10), T_s=[5, 21])
    assert [(d.name, d.size) for d in cups.dimensions] == [("k", 10), ("T_s", 2)]


def test_a_labelled_array_keeps_its_dimension() -> None:
    draws = xr.DataArray([0.1, 0.2], dims="draw")
    cups = COFFEE(k=draws, T_s=draws * 100)
    (draw,) = cups.dimensions
    assert (draw.name, draw.size, [n for n, _ in draw.columns]) == ("draw", 2, ["k", "T_s"])


def test_setting_again_replaces_and_keeps_the_place() -> None:
    cups = COFFEE(k=[0.1, 0.2], T_s=[5, 21])(k=[0.1, 0.2, 0.3])
    assert [(d.name, d.size) for d in cups.dimensions] == [("k", 3), ("T_s", 2)]
    assert [d.name for d in cups(k=0.1).dimensions] == ["T_s"]


def test_what_varies_together_has_one_dimension() -> None:
    model = COFFEE.vary("draw", {"k": [0.1, 0.2], "T(0)": [80, 90]})
    assert [repr(d) for d in model.dimensions] == ["draw: 2 values of k and T(0)"]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"k": "0.1"}, "k: got '0.1'; a value is a number or a one-dimensional array of numbers"),
        ({"k": None}, "k: got None; a value is a number or a one-dimensional array of numbers"),
        ({"k": True}, "k: got True; a value is a number or a one-dimensional array of numbers"),
        ({"k": 1j}, "k: got 1j; a value is a number or a one-dimensional array of numbers"),
        ({"k": {1: 2}}, "k: got {1: 2}; a value is a number or a one-dimensional array of numbers"),
        ({"k": ["1"]}, "k: got '1'; a value is a number or a one-dimensional array of numbers"),
        ({"k": [[1]]}, "k: got [1]; a value is a number or a one-dimensional array of numbers"),
        ({"k": 10**400}, f"k: got {'1' + '0' * 39}; a value is a number"),
        ({"k": float("nan")}, "k: got nan; a value must be finite"),
        ({"k": [1, float("inf")]}, "k: got inf; a value must be finite"),
        ({"k": []}, "k: got an empty array; give at least one value"),
        ({"k": np.ones((2, 2))}, "k: got an array with 2 dimensions; give one dimension a name"),
        (3, "got 3; set values by name: model(k=0.1)"),
    ],
)
def test_a_value_that_is_no_number_is_refused(values: object, problem: str) -> None:
    with pytest.raises(InputError) as caught:
        COFFEE(values)  # type: ignore[arg-type]
    assert str(caught.value).startswith(problem)


@pytest.mark.parametrize(
    ("values", "settings", "name"),
    [({"k": 1}, {"k": 2}, "k"), ({"T(0)": 80, "T(0.0)": 90}, {}, r"T\(0\)")],
)
def test_a_name_given_twice_is_refused(
    values: dict[str, float], settings: dict[str, float], name: str
) -> None:
    with pytest.raises(InputError, match=f"{name}: got two values; keep one"):
        COFFEE(values, **settings)


def test_columns_of_one_dimension_have_one_length() -> None:
    problem = "draw: got 2 values of k and 3 values of T_s; what varies together has one length"
    with pytest.raises(InputError, match=problem):
        COFFEE.vary("draw", {"k": [1, 2], "T_s": [1, 2, 3]})
    with pytest.raises(InputError, match=problem):
        COFFEE.vary("draw", {"k": [1, 2]}).vary("draw", {"T_s": [1, 2, 3]})


@pytest.mark.parametrize("name", ["time", "T"])
def test_a_dimension_is_not_called_like_a_result(name: str) -> None:
    with pytest.raises(InputError, match=f"a dimension cannot be called {name}"):
        COFFEE.vary(name, {"k": [1, 2]})


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("K", "no K in this model; it has k, T_s and the start value T(0). Did you mean k?"),
        ("Ts", "no Ts in this model; it has k, T_s and the start value T(0). Did you mean T_s?"),
        ("zeta", "no zeta in this model; it has k, T_s and the start value T(0)."),
        ("T", "T is a state; its start value is called T(0): model({'T(0)': …})"),
        (
            "T(1)",
            "no T(1) in this model; it has k, T_s and the start value T(0). Did you mean T(0)?",
        ),
    ],
)
def test_an_unknown_name_is_answered_with_those_there_are(name: str, problem: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        COFFEE({name: 1})
    assert str(caught.value) == problem


def test_an_unknown_name_in_a_model_without_parameters() -> None:
    with pytest.raises(UnknownNameError) as caught:
        rl.model("dx/dt = v; dv/dt = -x")(k=1)
    assert str(caught.value) == "no k in this model; it has the start values x(0) and v(0)."


# ---- a value -----------------------------------------------------------------------------------


def test_a_model_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        COFFEE.title = "tea"  # type: ignore[misc]


def test_equal_models_are_equal_and_hash_alike() -> None:
    again = rl.model(COFFEE.text.replace("90", "45 + 45"))
    assert again == COFFEE
    assert len({again, COFFEE, COFFEE(k=0.07)}) == 1
    assert len({COFFEE, COFFEE(k=0.1), COFFEE(k=[0.07, 0.1])}) == 3


def test_notes_places_and_titles_do_not_make_a_difference() -> None:
    assert rl.model("\n" + COFFEE.text + "  # warm", title="tea", source="me") == COFFEE


# ---- printing ----------------------------------------------------------------------------------


def test_a_model_prints_as_it_is_written() -> None:
    assert str(COFFEE) == (
        "dT/dt = -k*(T - T_s)\nT(0) = 90 [degC]\nk = 0.07 [1/min]\nT_s = 21 [degC]"
    )


def test_a_model_prints_what_changed() -> None:
    changed = COFFEE(k=0.1, T_s=[5, 21])({"T(0)": [80, 90, 95]})
    assert str(changed).split("\n")[1:] == [
        "T(0) = 90 [degC]    # 3 values along T(0)",
        "k = 0.1 [1/min]    # was 0.07",
        "T_s = 21 [degC]    # 2 values along T_s",
    ]


def test_a_model_prints_which_start_value_changed() -> None:
    changed = COFFEE({"T(0)": 50})
    assert "T(0) = 50 [degC]    # was 90" in str(changed)
    assert str(changed({"T(0)": 90})) == str(COFFEE)


def test_a_start_value_that_was_never_declared_was_nothing_before() -> None:
    assert "was" not in str(rl.model("dx/dt = -x")({"x(0)": 1})({"x(0)": 2}))


@pytest.mark.parametrize(
    "text",
    [
        "dx/dt = -x\nx(2.5) = 1",
        "dx/dt = -a\nx(0) = 2*b\nb = 1e-9",
        "dx/ds = -x/3 + s\nx(-1) = 1/3",
        "dx/dt = a - (b - c)*(d - e)",
        "dx/dt = a*(b*c) + (d + e) - f/(g/h)",
        "dx/dt = -2*x + x*2 - -3*x^-2^a",
        "dx/dt = if(x < 1, (a <= b), 2*(x == 3))",
        "dx/dt = F\nF = G*x\nG = 1/k\nk = 2",
    ],
)
def test_a_model_in_writing_is_a_fixed_point(text: str) -> None:
    model = rl.model(text)
    assert rl.model(model.text) == model
    assert rl.model(model.text).text == model.text


def squarings(n: int) -> rl.Model:
    """Return a model whose rate, written out, has 2^n letters."""

    def rate(t, x, *, v1=0.5):
        for _ in range(n):
            x = x * x - v1 * x
        return x

    return rl.model(rate, start={"x": 1})


def test_an_endless_formula_is_written_with_names_for_its_pieces() -> None:
    begin = time.process_time()
    model = squarings(200)
    text = model.text
    assert len(text) < 10_000
    assert lower(rl.model(text)).vector_field == lower(model).vector_field
    assert time.process_time() - begin < 2


def test_a_formula_of_reasonable_length_stays_whole() -> None:
    assert rl.model(squarings(5).text) == squarings(5)


def test_a_long_sum_is_written_in_pieces_of_reasonable_length() -> None:
    terms = " + ".join(f"{i}*x" for i in range(2, 1200))
    model = rl.model(f"dx/dt = {terms}; x(0) = 1")
    again = rl.model(model.text)
    assert max(map(len, model.text.split("\n"))) < 5000
    assert lower(again).vector_field == lower(model).vector_field
    assert rl.model(again.text).text == again.text
