"""From the specification to the first-order normal form."""

import pytest

import ratelaw as rl
from ratelaw.models.errors import InputError, MissingValueError, UnknownNameError
from ratelaw.models.language.read import read_condition, read_expression
from ratelaw.models.lower import lower, lower_expression, require_values, varying

COFFEE = rl.model("dT/dt = -F; F = k*(T - T_s); T(0) = 90; k = 0.07; T_s = 21")


def test_names_come_in_the_order_of_the_model() -> None:
    system = lower(COFFEE)
    assert (system.states, system.parameters) == (("T",), ("k", "T_s", "T(0)"))
    assert system.vector_field.inputs == ("t", "T", "k", "T_s", "T(0)")
    assert system.start.inputs == ("k", "T_s", "T(0)")


def test_definitions_are_put_in() -> None:
    plain = rl.model("dT/dt = -k*(T - T_s); T(0) = 90; k = 0.07; T_s = 21")
    assert lower(COFFEE) == lower(plain)


def test_definitions_of_definitions_are_put_in() -> None:
    model = rl.model("dx/dt = G; G = F*x; F = 2*k; k = 3; x(0) = 1")
    assert lower(model).vector_field(0, 5, 3, 1) == (30,)


def test_a_start_value_that_is_a_number_is_a_parameter() -> None:
    system = lower(COFFEE)
    assert system.start(0.07, 21, 80) == (80,)


def test_a_start_value_that_is_a_formula_follows_its_parameters() -> None:
    system = lower(rl.model("dM/dt = -M; M(0) = 2*c; c = T_s; T_s = 21"))
    assert system.parameters == ("T_s",)
    assert system.start(10) == (20,)


def test_a_swept_start_value_is_a_parameter_even_where_the_model_has_a_formula() -> None:
    system = lower(rl.model("dM/dt = -M; M(0) = 2*T_s; T_s = 21")({"M(0)": [1, 2]}))
    assert system.parameters == ("T_s", "M(0)")
    assert system.start(10, 7) == (7,)


def test_time_and_start_time_are_kept() -> None:
    system = lower(rl.model("dx/ds = -x*s; x(2.5) = 1"))
    assert (system.time, system.t0, system.parameters) == ("s", 2.5, ("x(2.5)",))
    assert system.vector_field(3, 5, 1) == (-15,)


def test_changed_values_do_not_change_the_system() -> None:
    assert lower(COFFEE(k=0.1, T_s=[5, 21])) == lower(COFFEE)


def test_a_state_without_a_start_value_is_answered_with_how_to_give_one() -> None:
    with pytest.raises(MissingValueError) as caught:
        lower(rl.model("dx/dt = -x"))
    assert str(caught.value) == (
        "x has no start value; write x(0) = … in the model, or give one: model({'x(0)': 1})"
    )


def test_a_parameter_without_a_value_is_answered_with_how_to_give_one() -> None:
    with pytest.raises(MissingValueError) as caught:
        require_values(rl.model("dx/dt = -k*x"))
    assert str(caught.value) == "k has no value; give one: model(k=0.1)"
    assert isinstance(caught.value, InputError)


def test_several_parameters_without_a_value_are_all_named() -> None:
    with pytest.raises(MissingValueError, match=r"a and b have no value; give one: model\(a=0.1, "):
        require_values(rl.model("dx/dt = -a*x + b"))


def test_a_parameter_that_varies_needs_no_value() -> None:
    model = rl.model("dx/dt = -k*x")(k=[1, 2])
    require_values(model)
    assert varying(model) == {"k"}


# ---- formulas of a model's names ---------------------------------------------------------------


def test_a_formula_of_a_models_names_takes_what_the_vector_field_takes() -> None:
    tape = lower_expression(COFFEE, read_expression("2*F + pi*t"))
    assert tape.inputs == lower(COFFEE).vector_field.inputs
    assert tape(0, 90, 0.5, 20, 90) == (70,)


def test_a_condition_of_a_models_names() -> None:
    assert lower_expression(COFFEE, read_condition("T < 60"))(0, 50, 0, 0, 0) == (10,)


def test_a_name_the_model_does_not_have_is_answered_with_those_it_has() -> None:
    with pytest.raises(UnknownNameError) as caught:
        lower_expression(COFFEE, read_condition("Ts < 60"))
    assert str(caught.value) == (
        "no Ts in this model; it has t, T, k, T_s, T(0) and F. Did you mean T_s?"
    )
