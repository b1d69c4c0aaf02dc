"""Who solves a problem: by name, or chosen, and always with a reason."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import InputError, RefusalError, SolveError, UnknownNameError
from ratelaw.solvers.backend import with_sensitivities
from ratelaw.solvers.backends import SHELF, lanes
from ratelaw.solvers.choosing.choose import choose
from ratelaw.solvers.choosing.order import STAGES
from ratelaw.solvers.methods import SHELF as METHODS
from ratelaw.solvers.problem import initial_value_problem
from ratelaw.solvers.stiffness import stiff_at_start

COFFEE = rl.library.cooling
LINEAR = rl.model("dx/dt = -k*x; x(0) = 1; k = 1")
ROBERTSON = rl.library.robertson


SHORT = "its rates have a short Taylor series, taken to order 12"
KINKED = rl.model("dx/dt = -k*abs(x); x(0) = 1; k = 1")


def chosen(method, model=COFFEE, **options):
    return choose(initial_value_problem(model, 60, **options), method)


@pytest.mark.parametrize("name", METHODS)
def test_a_method_is_found_by_its_name(name):
    assert chosen(name, step=0.5).name == f"lanes:{name}"


def test_a_method_is_found_by_its_backend_and_name():
    assert chosen("scipy:Radau").name == "scipy:Radau"


@pytest.mark.parametrize("backend", ["lanes", "reference", "scipy"])
def test_a_backend_alone_means_its_usual_method(backend):
    assert chosen(backend).name == f"{backend}:{SHELF[backend].methods[0]}"


def test_the_closed_form_is_called_exact():
    assert chosen("exact").name == "exact"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("tsit6", "no method or backend is called 'tsit6'; there are auto, .*Did you mean tsit5?"),
        ("RK45", "no method or backend is called 'RK45'; .*Did you mean scipy:RK45?"),
        ("lsoda", "no method or backend is called 'lsoda'; .*Did you mean scipy:LSODA?"),
        ("scipi:LSODA", "no backend is called 'scipi'; there are .*Did you mean scipy?"),
        ("scipy:lsoda", "scipy has no method 'lsoda'; it has LSODA, .*Did you mean LSODA?"),
        ("reference:LSODA", "reference has no method 'LSODA'; it has tsit5, "),
        ("", "no method or backend is called ''"),
    ],
)
def test_an_unknown_name_is_answered_with_those_there_are(name, told):
    with pytest.raises(UnknownNameError, match=told):
        chosen(name)


def test_a_method_that_is_no_name_is_told():
    with pytest.raises(InputError, match='method: got 5; expected a name such as "auto"'):
        chosen(5)


def test_a_refusal_names_who_refuses_and_why():
    with pytest.raises(RefusalError, match="scipy:BDF cannot solve this problem: scipy chooses"):
        chosen("scipy:BDF", step=0.1)


def test_an_exact_solution_that_does_not_exist_is_refused():
    with pytest.raises(RefusalError, match="exact cannot solve this problem: "):
        chosen("exact", rl.library.lorenz)


def test_what_the_user_chose_has_no_fallback():
    assert chosen("tsit5").fallback is None
    assert chosen("tsit5").reason == "asked for"


def test_an_easy_model_goes_to_an_explicit_method():
    found = chosen("auto")
    assert found.name == "lanes:taylor12"
    assert found.reason == f"the model does not look stiff at the start; {SHORT}"


def test_a_model_that_is_stiff_at_the_start_goes_to_a_stiff_method():
    found = chosen("auto", LINEAR(k=1e5))
    assert found.name == "lanes:rodas5p"
    assert found.reason == "the model looks stiff at the start"


@pytest.mark.parametrize(
    ("rtol", "method"), [(1e-4, "rodas4"), (1e-5, "rodas5p"), (1e-6, "rodas5p"), (1e-7, "radau9")]
)
def test_a_stiff_model_goes_to_a_higher_order_at_a_finer_tolerance(rtol, method):
    assert chosen("auto", LINEAR(k=1e5), rtol=rtol).name == f"lanes:{method}"


def test_a_stiff_model_without_usable_pivots_is_solved_in_the_end():
    model = rl.model("""
        dx/dt = w*(y - sin(t)); dy/dt = -w*x - (y - sin(t)) + cos(t); dz/dt = 1e10*(x - z)
        x(0) = 0; y(0) = 0; z(0) = 0; w = 1e9
    """)
    assert chosen("auto", model).name == "lanes:rodas5p"
    assert not rl.solve(model, [10.0], method="rodas5p", check=False).success
    sol = rl.solve(model, [10.0])
    assert sol.y[1, 0] == pytest.approx(np.sin(10), abs=1e-5)
    assert sol.method == "lanes:radau9"
    assert "; it came through by lanes:radau9 only" in sol.reason


def test_what_cannot_be_compiled_goes_to_the_reference_with_the_reason(monkeypatch):
    monkeypatch.setattr(lanes, "unsupported", lambda: "llvmlite does not work here (no such CPU)")
    # Equations of its own: what others solve with these, at these times, is planned already.
    sol = rl.solve("dx/dt = -k*x + sin(x); x(0) = 1; k = 0.1", 60)
    assert sol.method == "reference:taylor12"
    assert sol.reason == (
        f"the model does not look stiff at the start; {SHORT}; not compiled: llvmlite does not "
        "work here (no such CPU)"
    )
    assert chosen("tsit5").name == "reference:tsit5"
    with pytest.raises(RefusalError, match=r"lanes:tsit5 cannot solve .*does not work here"):
        chosen("lanes:tsit5")


def test_growth_is_not_stiffness():
    assert chosen("auto", LINEAR(k=-1.0)).name == "lanes:taylor12"


def test_decay_beside_growth_as_fast_is_not_stiffness():
    saddle = rl.model("dx/dt = k*y; dy/dt = k*x; x(0) = 1; y(0) = 1; k = 1e4")
    assert chosen("auto", saddle).name == "lanes:taylor12"


@pytest.mark.parametrize(("rtol", "order"), [(1e-3, 8), (1e-6, 12), (1e-12, 16)])
def test_the_order_of_a_series_goes_with_the_tolerance(rtol, order):
    assert chosen("auto", rtol=rtol).name == f"lanes:taylor{order}"


def test_rates_with_kinks_are_evaluated_only():
    assert chosen("auto", KINKED).name == "lanes:tsit5"


def test_rates_that_are_long_products_are_evaluated_only():
    ring = [f"dx{i}/dt = {'*'.join(f'x{j}' for j in range(9) if j != i)}" for i in range(9)]
    starts = [f"x{i}(0) = 0.5" for i in range(9)]
    model = rl.model("; ".join(ring + starts))
    assert chosen("auto", model).name == "lanes:tsit5"
    assert chosen("auto", model, rtol=1e-7).name == "lanes:dop853"


def test_a_series_of_many_states_is_not_written_out():
    ring = [f"dx{i}/dt = x{(i + 1) % 20}*(1 - x{i}); x{i}(0) = 0.5" for i in range(20)]
    assert chosen("auto", rl.model("; ".join(ring)), rtol=1e-7).name == "lanes:dop853"


def test_a_solution_whose_series_breaks_off_is_found_by_evaluations():
    sol = rl.solve("dx/dt = sqrt(x)*(1 - x) + c; x(0) = 0; c = 0.1", [3.0])
    assert sol.method == "lanes:tsit5"
    exact = rl.solve("dx/dt = sqrt(x)*(1 - x) + c; x(0) = 0; c = 0.1", [3.0], method="scipy:LSODA")
    assert sol.y[0, 0] == pytest.approx(exact.y[0, 0], rel=1e-5)
    assert sol.reason.endswith("; its series broke off, and an evaluating method went on")


def test_a_series_that_breaks_off_says_so_where_it_was_asked_for():
    with pytest.raises(SolveError, match=r"its series breaks off, .* dop853 only evaluates"):
        rl.solve("dx/dt = sqrt(x)*(1 - x) + c; x(0) = 0; c = 0.1", [3.0], method="taylor12")


def test_a_fine_tolerance_goes_to_a_high_order():
    found = chosen("auto", KINKED, rtol=1e-8)
    assert found.name == "lanes:dop853"
    assert found.reason == (
        "the model does not look stiff at the start; rtol 1e-08 is fine enough for order 8"
    )


CHAIN = "; ".join(f"dx{i}/dt = -k*x{i}; x{i}(0) = 1" for i in range(60)) + "; k = 1e5"


def test_a_large_stiff_model_goes_to_compiled_loops():
    assert chosen("auto", rl.model(CHAIN)).name == "lanes:radau9"


def test_a_large_stiff_model_that_is_not_compiled_goes_to_lsoda_with_the_reason(monkeypatch):
    monkeypatch.setattr(lanes, "unsupported", lambda: "llvmlite does not work here")
    found = chosen("auto", rl.model(CHAIN))
    assert found.name == "scipy:LSODA"
    assert found.reason.endswith(
        "60 states are many for elimination in numpy; not compiled: llvmlite does not work here"
    )


def test_a_fixed_step_goes_to_rk4():
    found = chosen("auto", step=0.5)
    assert (found.name, found.reason) == ("lanes:rk4", "a fixed step was asked for")


def test_a_model_found_stiff_on_the_way_is_handed_over():
    sol = rl.solve(ROBERTSON, 40)
    assert sol.success
    assert sol.method == "lanes:rodas5p"
    assert sol.reason == (
        f"the model does not look stiff at the start; {SHORT}; it turned out stiff and went to "
        "lanes:rodas5p"
    )


RATES = np.array([1.0, 1e5, 2.0, 1e6])


def test_each_member_of_a_mixed_batch_goes_its_own_way():
    sol = rl.solve(LINEAR(k=RATES), [60.0])
    assert sol.method == "lanes:taylor12"
    assert sol.reason == (
        f"at the start the model looks stiff for 2 of 4; {SHORT}; 2 of 4 turned out stiff and went "
        "to lanes:rodas5p"
    )
    for i, rate in enumerate(RATES):
        alone = rl.solve(LINEAR(k=rate), [60.0])
        assert sol.y[0, i, 0] == alone.y[0, 0]
        assert sol.trajectories.n_steps[i] == alone.trajectories.n_steps[0]


def test_members_found_stiff_on_the_way_are_handed_over_alone():
    sol = rl.solve(ROBERTSON(k1=[0.04, 1e-9]), 40)
    assert sol.reason.endswith("; 1 of 2 turned out stiff and went to lanes:rodas5p")
    assert np.array_equal(sol.y[:, 0], rl.solve(ROBERTSON, 40).y)


def test_a_long_way_that_is_not_stiff_is_gone_to_its_end():
    model = rl.library.lotka_volterra
    sol = rl.solve(model, 3000)
    assert sol.trajectories.n_steps[0] > 1000
    assert sol.method == "lanes:taylor12"
    assert "handed" not in sol.reason
    assert np.array_equal(sol.y, rl.solve(model, 3000, method="taylor12", max_steps=100_000).y)


def test_every_backend_on_the_shelf_has_a_method():
    assert all(SHELF[name].methods for name in ("exact", "lanes", "reference", "scipy"))


def test_a_model_with_events_is_compiled_as_any_other():
    sol = rl.solve("dx/dt = 1; x(0) = 0; when x > 1: x = 0", 3)
    assert sol.method == "lanes:tsit5"
    assert sol.reason == "the model does not look stiff at the start"


def test_sensitivities_however_many_do_not_change_what_looks_stiff():
    names = [f"k{i}" for i in range(23)]
    rows = [f"dx{i}/dt = -{k}*x{i}; x{i}(0) = 1; {k} = {1 + i}" for i, k in enumerate(names)]
    model = rl.model("; ".join(rows)).vary("member", {"k3": np.array([1.0, 1e5])})
    plain = initial_value_problem(model, 1.0)
    assert stiff_at_start(plain).tolist() == [False, True]
    assert stiff_at_start(with_sensitivities(plain, names)).tolist() == [False, True]


def ring(n, back):
    """Return a ring of states, each pulled by its neighbours at 1e5 per unit of time."""
    rows = [f"dx{i}/dt = 1e5*({back(i, n)}); x{i}(0) = {i % 3}" for i in range(n)]
    return rl.model("; ".join(rows))


def test_a_ring_of_very_many_states_looks_stiff_if_it_decays():
    around = ring(600, lambda i, n: f"x{(i + 1) % n} - 2*x{i} + x{(i - 1) % n}")
    assert stiff_at_start(initial_value_problem(around, 1.0)).all()


def test_a_ring_of_very_many_states_does_not_look_stiff_if_it_only_turns():
    turning = ring(600, lambda i, n: f"x{(i + 1) % n} - x{(i - 1) % n}")
    assert not stiff_at_start(initial_value_problem(turning, 1.0)).any()


@pytest.mark.parametrize("rival", STAGES)
def test_a_rival_of_series_is_weighed_by_the_stages_it_has(rival):
    assert STAGES[rival] == METHODS[rival].tableau.n_stages
