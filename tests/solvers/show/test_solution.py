"""Solutions: read by name, at any time, with gradients, and telling how they ended."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import InputError, SolveError, UnitError, UnknownNameError
from ratelaw.solvers.status import Status

COFFEE = rl.library.cooling
CUPS = COFFEE(k=np.linspace(0.02, 0.2, 4), T_s=[5, 21])
K, T_S, T_0 = 0.07, 21.0, 90.0


@pytest.fixture(scope="module")
def sol():
    return rl.solve(COFFEE, 60, sensitivities=["k", "T(0)"])


@pytest.fixture(scope="module")
def cups():
    return rl.solve(CUPS, 60)


def closed(t, k=K, t_s=T_S):
    return t_s + (T_0 - t_s) * np.exp(-k * np.asarray(t))


def test_a_state_is_a_labelled_array(sol):
    found = sol["T"]
    assert found.dims == ("time",)
    assert found.name == "T"
    assert found.attrs["units"] == "degC"
    assert found["time"].attrs["units"] == "min"
    assert found.values == pytest.approx(closed(found["time"]), rel=1e-5)


def test_a_sweep_has_a_dimension_for_each_setting_and_time_last(cups):
    assert cups["T"].dims == ("k", "T_s", "time")
    assert cups["T"]["k"].attrs["units"] == "1/min"
    some = cups["T"].sel(T_s=21, k=0.08)
    assert some.values == pytest.approx(closed(cups.t, k=0.08), rel=1e-5)


def test_a_definition_is_read_like_a_state():
    model = rl.model("dx/dt = -k*x; E = k*x^2 + t; x(0) = 1; k = 0.5")
    sol = rl.solve(model, 4)
    assert sol["E"].values == pytest.approx(0.5 * np.exp(-sol.t) + sol.t, rel=1e-5)


def test_without_units_there_are_none():
    found = rl.solve(rl.library.lorenz, 1)["x"]
    assert found.attrs == {}
    assert found["time"].attrs == {}


@pytest.mark.parametrize("read", [lambda s, n: s[n], lambda s, n: s.gradient(n, "k")])
def test_a_name_that_is_not_there_is_told(sol, read):
    with pytest.raises(UnknownNameError, match=r"no t_S in this solution; it has T\."):
        read(sol, "t_S")


@pytest.mark.parametrize("name", ["t", "time"])
def test_who_asks_for_the_time_by_name_is_told_where_it_is(sol, name):
    with pytest.raises(UnknownNameError, match=rf"no {name} in this solution; .* Times are sol\.t"):
        sol[name]


def test_one_other_time_is_no_axis(sol):
    found = sol.at(30)
    assert found["T"].dims == ()
    assert float(found["T"]) == pytest.approx(closed(30), rel=1e-6)
    assert float(found["T"]["time"]) == 30
    assert (found.t.shape, found.y.shape) == ((), (1,))
    assert found.gradient("T", "k").dims == ()


def test_other_times_come_in_the_order_asked_for(sol):
    times = [33.3, 0.1, 60, 33.3, 0]
    assert sol.at(times).t.tolist() == times
    assert sol.at(times)["T"].values == pytest.approx(closed(times), rel=1e-6)


def test_the_same_time_gives_the_same_number(sol):
    assert np.array_equal(sol.at(sol.t).y, sol.y)
    assert np.array_equal(sol.at(sol.t[::-1]).y, sol.y[:, ::-1])


def test_dense_output_is_no_line_between_saved_points():
    sol = rl.solve(COFFEE, [0, 60])
    assert float(sol.at(30)["T"]) == pytest.approx(closed(30), rel=1e-6)


def test_a_solution_at_other_times_can_be_asked_again(sol):
    assert float(sol.at([1, 2]).at(30)["T"]) == float(sol.at(30)["T"])
    assert sol.at(5).when("T < 60").item() == sol.when("T < 60").item()


def test_other_times_of_a_solution_backward_in_time():
    back = rl.solve(COFFEE, -10)
    assert back.at([-10, -2.5])["T"].values == pytest.approx(closed([-10, -2.5]), rel=1e-6)


@pytest.mark.parametrize(("times", "told"), [(61, "got 61"), ([5, -1], "got -1")])
def test_a_time_outside_is_told(sol, times, told):
    with pytest.raises(InputError, match=rf"times: {told}; the solution covers 0 to 60"):
        sol.at(times)


def test_a_time_that_is_none_is_told(sol):
    with pytest.raises(InputError, match="times: got nan; times must be finite"):
        sol.at(np.nan)


def test_a_gradient_by_a_parameter_is_that_of_the_closed_form(sol):
    found = sol.gradient("T", "k")
    truth = -sol.t * (T_0 - T_S) * np.exp(-K * sol.t)
    assert found.values == pytest.approx(truth, rel=1e-5, abs=1e-5)
    assert found.attrs["units"] == "degC/(1/min)"
    assert found.name == "d(T)/d(k)"


def test_a_gradient_by_a_start_value_is_that_of_the_closed_form(sol):
    found = sol.gradient("T", "T(0)")
    assert found.values == pytest.approx(np.exp(-K * sol.t), rel=1e-5)
    assert np.array_equal(found, sol.gradient("T", "T( 0 )"))


def test_a_gradient_of_a_definition_follows_the_chain_rule():
    model = rl.model("dx/dt = -k*x; E = k*x^2; x(0) = 1; k = 0.5")
    sol = rl.solve(model, 4, sensitivities="k")
    truth = (1 - 2 * 0.5 * sol.t) * np.exp(-sol.t)
    assert sol.gradient("E", "k").values == pytest.approx(truth, rel=1e-4, abs=1e-6)


def test_a_gradient_of_a_sweep_has_its_dimensions():
    assert rl.solve(CUPS, 60, sensitivities=["k"]).gradient("T", "k").dims == ("k", "T_s", "time")


def test_a_gradient_that_was_not_asked_for_is_told(sol):
    told = r"no sensitivities by T_s were computed; solve\(…, sensitivities=\['T_s'\]\)"
    with pytest.raises(InputError, match=told):
        sol.gradient("T", "T_s")


def test_sensitivities_are_not_among_the_states(sol):
    assert sol.states == ("T",)
    assert sol.y.shape == (1, 101)
    assert [*sol.to_xarray()] == ["T"]


def test_a_difference_says_how_large_when_and_where(sol):
    other = rl.solve(COFFEE(k=0.08), 60)
    found = sol.difference(other)
    gap = np.abs(sol.y[0] - other.y[0])
    assert float(found) == found.largest == pytest.approx(gap.max(), rel=1e-6)
    assert found.time == sol.t[gap.argmax()]
    assert str(found) == "largest difference 3.4 degC in T, at t = 13.2 min"


def test_a_difference_to_the_closed_form_is_small(sol):
    assert float(sol.difference(rl.solve_exactly(COFFEE))) < 1e-4


def test_a_difference_to_another_model_is_told(sol):
    with pytest.raises(InputError, match="the other solution has no T; it has N"):
        sol.difference(rl.solve(rl.library.logistic, 60))


def test_a_difference_to_another_number_of_members_is_told(sol, cups):
    with pytest.raises(InputError, match="got 8 trajectories to compare with 1"):
        sol.difference(cups)


def test_a_table_has_a_column_for_everything(cups):
    frame = cups.to_dataframe()
    assert [*frame.columns] == ["k", "T_s", "time", "T"]
    assert len(frame) == 8 * 101
    assert frame["time"].iloc[:3].tolist() == cups.t[:3].tolist()


def test_a_table_tells_what_was_drawn():
    many = rl.draw(COFFEE, 3, seed=0, k=rl.LogNormal(0.07, 0.3))
    frame = rl.solve(many, 60).to_dataframe()
    assert [*frame.columns] == ["draw", "time", "k", "T"]
    assert frame["draw"].unique().tolist() == [0, 1, 2]


def test_a_table_at_one_time_has_a_row_for_each_member(cups):
    assert len(cups.at(30).to_dataframe()) == 8


def test_only_the_outputs_asked_for_are_in_tables():
    sol = rl.solve(rl.library.sir, 5, outputs=["I", "N"])
    assert [*sol.to_xarray()] == ["I", "N"]


def test_old_scripts_find_what_they_know(sol):
    assert sol.t.shape == (101,)
    assert sol.y.shape == (1, 101)
    assert sol.success is True
    assert sol.message == "reached the end"
    assert isinstance(sol.nfev, int)
    assert sol.nfev > 50


def test_a_solution_prints_as_a_person_would_tell_it():
    assert repr(rl.solve(COFFEE, 60)).splitlines() == [
        "Solution of T: one trajectory, t from 0 to 60 min",
        "  method   lanes:taylor12: the model does not look stiff at the start; its rates have a "
        "short Taylor series, taken to order 12",
        "  outcome  reached the end",
        "  end      T = 22.0347",
    ]


def test_a_batch_prints_its_dimensions(cups):
    lines = repr(cups).splitlines()
    assert lines[0] == "Solution of T: 8 trajectories (k: 4, T_s: 2), t from 0 to 60 min"
    assert lines[2] == "  outcome  all 8 reached the end"


@pytest.fixture(scope="module")
def mixed():
    growth = rl.model("dx/dt = x^2; x(0) = 1")
    return rl.solve(growth({"x(0)": [0.1, 1.0, 0.2, 2.0]}), 2)


def test_an_outcome_counts_each_way(mixed):
    assert mixed.outcome.counts == {Status.SUCCESS: 2, Status.STEP_TOO_SMALL: 2}
    assert mixed.outcome["step_too_small"] == mixed.outcome[Status.STEP_TOO_SMALL] == 2
    assert mixed.outcome["stiff"] == 0
    assert not mixed.success


def test_an_outcome_tells_the_first_of_each_failure(mixed):
    first, second = str(mixed.outcome).splitlines()
    assert first == "2 reached the end"
    assert second.startswith("2 did not: step_too_small, the first of them number 1: ")
    assert "steps reached t = 1 of 2 (state x); no step is small enough" in second
    assert second.endswith("end the integration earlier, or look for a singularity in the model")


def test_the_message_of_a_batch_is_that_of_the_first_failure(mixed):
    assert mixed.message == mixed.explain(1)
    assert mixed.explain(0) == "reached the end"


def test_a_failed_solution_can_still_be_looked_at():
    with pytest.raises(SolveError, match=r"^lanes:tsit5: \d+ steps reached t = 1 of 2") as error:
        rl.solve("dx/dt = x^2; x(0) = 1", 2)
    found = error.value.solution
    assert found.y[0, 0] == 1
    assert np.isnan(found.y[0, -1])
    assert "end" not in repr(found).splitlines()[-1][:8]


def test_checking_a_good_solution_gives_it_back(sol):
    assert sol.check() is sol


def test_a_notebook_shows_a_solution_as_its_text(sol):
    assert sol._repr_html_() == f"<pre>{sol}</pre>"


def test_a_notebook_shows_text_and_no_markup():
    sol = rl.solve("dx/dt = x^2; x(0) = 1", 2, check=False)
    assert sol.outcome._repr_html_().startswith("<pre>")
    assert "<" not in sol.outcome._repr_html_()[5:-6]


@pytest.mark.parametrize("name", [0, ["T"], slice(1)])
def test_what_is_no_name_is_told_how_to_read_a_solution(sol, name):
    with pytest.raises(UnknownNameError, match="read by one name at a time, and has T"):
        sol[name]


def test_what_has_no_difference_is_told(sol):
    with pytest.raises(InputError, match="difference: got 3; expected a Solution"):
        sol.difference(3)


@pytest.mark.parametrize("read", [lambda s: s["T"].values, lambda s: s.y, lambda s: s.t])
def test_a_solution_cannot_be_overwritten(sol, read):
    with pytest.raises(ValueError, match="read-only"):
        read(sol)[0] = 3


def test_a_table_of_a_solution_can_be_changed(sol):
    table = sol.to_dataframe()
    table.loc[0, "T"] = 3.0
    assert sol["T"].values[0] == T_0


def test_a_condition_compares_like_with_like() -> None:
    sol = rl.solve(rl.library.cooling, 60)
    with pytest.raises(UnitError, match="T < k: left is degC, right is 1/min"):
        sol.when("T < k")
    assert sol.when("T < T_s + 30").item() == pytest.approx(np.log(69 / 30) / 0.07, rel=1e-6)


def test_a_closed_form_of_other_parameters_is_no_measure() -> None:
    other = rl.solve_exactly("dT/dt = -q*(T - Z); T(0) = 1")
    with pytest.raises(InputError, match="the closed form needs q and Z"):
        other.difference(rl.solve(rl.library.cooling, 60))
