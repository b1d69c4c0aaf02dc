"""Closed forms: found block by block, certified, derived in checked steps, evaluated."""

import pickle
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.closed_form import SHELF
from ratelaw.models.errors import InputError, MissingValueError, NoClosedFormError
from ratelaw.models.exact import order as room
from ratelaw.models.exact import search
from ratelaw.models.exact.derivation import Claim
from ratelaw.models.exact.proof.certificate import Certificate, certify
from ratelaw.models.lower import lower
from ratelaw.models.structure.dependencies import blocks, dependencies
from ratelaw.models.tape import Builder, Tape

COOLING = "dT/dt = -k*(T - T_s); T(0) = 90 [degC]; k = 0.07 [1/min]; T_s = 21 [degC]"
DRAG = "dv/dt = g - c*v"


@pytest.fixture(scope="module")
def cooling():
    return rl.solve_exactly(COOLING)


def test_newtons_law_prints_as_in_a_textbook(cooling) -> None:
    assert str(cooling) == repr(cooling) == "T(t) = T_s + (T_0 - T_s)*exp(-k*t)"


def test_its_latex_is_what_a_textbook_sets(cooling) -> None:
    assert cooling.latex == r"T(t) = T_{s} + \left(T_{0} - T_{s}\right) \, e^{-k \, t}"


def test_its_tape_takes_time_and_parameters(cooling) -> None:
    assert cooling.tape.inputs == ("t", "k", "T_s", "T(0)")
    assert cooling.parameters == ("k", "T_s", "T(0)")
    assert cooling.states == ("T",)


def test_a_call_gives_every_state_at_the_models_values(cooling) -> None:
    assert cooling(60)["T"] == pytest.approx(22.0346948006130, rel=1e-14)


def test_a_call_takes_other_values(cooling) -> None:
    assert cooling(0, {"T(0)": 50}) == {"T": 50}
    assert cooling(1e9, T_s=5)["T"] == 5


def test_values_may_be_missing() -> None:
    exact = rl.solve_exactly("dx/dt = -k*x")
    with pytest.raises(MissingValueError, match=r"no single value for k and x\(0\)"):
        exact(1)
    assert exact(1, {"k": 0, "x(0)": 3}) == {"x": 3}


def test_a_swept_parameter_has_no_single_value(cooling) -> None:
    exact = rl.solve_exactly(cooling.model(k=[0.1, 0.2]))
    with pytest.raises(MissingValueError, match="no single value for k;"):
        exact(1)
    assert exact(0, k=0.1)["T"] == 90


def test_a_system_needs_no_model(cooling) -> None:
    exact = rl.solve_exactly(cooling.system)
    assert exact == cooling
    assert exact.model is None
    assert exact(0, {"k": 1, "T_s": 2, "T(0)": 3}) == {"T": 3}


def test_difference_asks_the_numerical_solution(cooling) -> None:
    sol = rl.solve(cooling.model, 60)
    assert float(cooling.difference(sol)) == float(sol.difference(cooling)) < 1e-4


def test_the_exact_backend_evaluates_the_same_tape(cooling) -> None:
    sol = rl.solve(cooling.model, np.linspace(0, 60, 7), method="exact")
    expected = [cooling(t)["T"] for t in sol.t]
    np.testing.assert_allclose(sol["T"], expected, rtol=1e-15)


def test_it_survives_pickling(cooling) -> None:
    assert pickle.loads(pickle.dumps(cooling)) == cooling


# Several states


def test_independent_states_are_solved_one_by_one() -> None:
    exact = rl.solve_exactly("dx/dt = -a*x; dy/dt = b")
    assert str(exact) == "x(t) = x_0*exp(-a*t)\ny(t) = y_0 + b*t"
    assert exact.latex.startswith(r"\begin{aligned} x(t) &= x_{0}")


def test_a_state_that_stays_is_put_into_the_others() -> None:
    exact = rl.solve_exactly("dy/dt = A - k*y; dA/dt = 0")
    assert str(exact) == "y(t) = A_0/k + (y_0 - A_0/k)*exp(-k*t)\nA(t) = A_0"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dN/dt = cos(N*t)", r"known for N: dN/dt = cos\(N\*t\); none of the \d+"),
        ("dx/dt = cos(x*y); dy/dt = sin(x + y*t)", "known for x and y, which depend on each other"),
    ],
)
def test_a_refusal_names_the_part_that_is_not_covered(text: str, said: str) -> None:
    with pytest.raises(NoClosedFormError, match=said):
        rl.solve_exactly(text)


def test_a_part_is_exact_where_another_has_no_closed_form() -> None:
    exact = rl.solve_exactly("dy/dt = cos(x*y); dx/dt = -k*x; dz/dt = y; x(0) = 2; k = 1")
    assert exact.states == ("x",)
    assert exact.remaining == ("y", "z")
    assert exact.reason.startswith("no closed form is known for y: dy/dt = cos(x_0*exp(-k*t)*y)")
    assert str(exact) == "x(t) = x_0*exp(-k*t)\nno closed form is known for y and z"
    assert exact(0) == {"x": 2}


def test_the_exact_backend_refuses_a_part() -> None:
    model = rl.model("dx/dt = -x; dy/dt = cos(x*y); x(0) = 1; y(0) = 1")
    with pytest.raises(ValueError, match="no closed form is known for y"):
        rl.solve(model, 1, method="exact")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dx/dt = y; dy/dt = -x; dz/dt = x*z", ((0, 1), (2,))),
        ("dx/dt = y; dy/dt = z; dz/dt = 1", ((2,), (1,), (0,))),
        ("dx/dt = y; dy/dt = z; dz/dt = x", ((0, 1, 2),)),
        ("dx/dt = 1; dy/dt = 2", ((0,), (1,))),
        ("da/dt = d; db/dt = a; dc/dt = b; dd/dt = c; de/dt = f; df/dt = e + a",
         ((0, 1, 2, 3), (4, 5))),
    ],
)  # fmt: skip
def test_blocks_come_after_those_they_depend_on(text: str, expected: object) -> None:
    assert blocks(lower(started(text))) == expected


def started(text: str) -> rl.Model:
    model = rl.model(text)
    return model({model.start_name(s.name): 1.0 for s in model.states})


def test_dependencies_see_through_shared_subexpressions() -> None:
    system = lower(started("dx/dt = sin(y*z); dy/dt = sin(y*z) + x; dz/dt = k"))
    assert dependencies(system) == ({1, 2}, {0, 1, 2}, set())


# The derivation


@pytest.mark.parametrize("text", [COOLING, DRAG, "dx/dt = -k*x", "dx/dt = g"])
def test_every_step_is_checked(text: str) -> None:
    derivation = rl.solve_exactly(text).derivation
    assert derivation.checked
    assert all(step.claims for step in derivation)
    assert derivation[-1].latex


def test_a_derivation_prints_as_numbered_lines(cooling) -> None:
    rows = str(cooling.derivation).splitlines()
    assert [row[:3] for row in rows[::2]] == [f"{n:2}." for n in range(1, 8)]
    assert all(row.endswith("✓") for row in rows[1::2])
    assert rows[-1].split("   ")[-2].strip() == str(cooling)


def test_its_steps_are_those_of_a_textbook(cooling) -> None:
    assert [step.text for step in cooling.derivation] == [
        "dT/dt = -k*(T - T_s) = -k*T + k*T_s",
        "T = T_s",
        "du/dt = -k*u",
        "log(u/u_0) = -k*t",
        "u(t) = u_0*exp(-k*t)",
        "u_0 = T_0 - T_s",
        "T(t) = T_s + (T_0 - T_s)*exp(-k*t)",
    ]


def test_a_new_symbol_is_none_of_the_models() -> None:
    steps = rl.solve_exactly("du/dt = w*(u_0 - u)").derivation
    assert steps[2].text == "dq/dt = -w*q"


def test_a_limit_has_its_own_step() -> None:
    exact = rl.solve_exactly(DRAG)
    assert exact.derivation[-1].words == "Where c = 0 the rate is constant: integrate from t = 0"
    assert exact.derivation[-1].text == "v(t) = v_0 + g*t"


# The certificate


def test_a_certificate_says_what_was_done(cooling) -> None:
    certificate = cooling.certificate
    assert certificate.valid
    assert certificate.points == 16
    assert certificate.digits >= 40
    assert certificate.residual < 1e-40
    assert certificate.start < 1e-40
    assert certificate.rounding < 1e-14
    assert certificate.domain == "valid for all t"
    assert str(certificate).startswith("certified: put back at 16 random points (seed 0)")


def test_a_limit_is_part_of_the_domain() -> None:
    domain = rl.solve_exactly(DRAG).certificate.domain
    assert domain == "valid for all t; where c = 0 it is the limit v_0 + g*t"


def test_a_seed_gives_the_same_certificate_and_another_one_another(cooling) -> None:
    again, other = (rl.solve_exactly(COOLING, seed=s).certificate for s in (0, 1))
    assert again == cooling.certificate
    assert other != again


@dataclass(frozen=True)
class Tampered:
    """The real solvable class, with something wrong in what it returns."""

    change: object
    title: str = "tampered"
    order: int = 0

    def recognise(self, block):
        found = SHELF["linear_scalar"].recognise(block)
        return found and Answer(found, self.change)


@dataclass(frozen=True)
class Answer:
    found: object
    change: object

    def solutions(self):
        for solved in self.found.solutions():
            changed, steps = self.change(solved, solved.steps)
            yield replace(changed, steps=tuple(steps))


def scaled(tape: Tape, factor: float) -> Tape:
    builder = Builder(tape.inputs)
    return builder.finish(v * factor for v in builder.inline(tape, builder.inputs))


def shifted(tape: Tape) -> Tape:
    """Return a solution that still starts right, and is wrong in the thirteenth digit later on."""
    builder = Builder(tape.inputs)
    (value,) = builder.inline(tape, builder.inputs)
    return builder.finish([value + 1e-13 * builder.input("t")])


def unsafe(tape: Tape) -> Tape:
    """Return the same function with a 0/0 where c is zero."""
    builder = Builder(tape.inputs)
    (value,) = builder.inline(tape, builder.inputs)
    return builder.finish([value * builder.input("c") / builder.input("c")])


def with_hole(tape: Tape) -> Tape:
    """Return the same function, undefined for some values of a parameter."""
    builder = Builder(tape.inputs)
    (value,) = builder.inline(tape, builder.inputs)
    root = builder.input("g").apply("sqrt")
    return builder.finish([value * root / root])


WRONG = {
    "formula": lambda s, steps: (replace(s, formula=scaled(s.formula, 1.5)), steps),
    "formula and tape": lambda s, steps: (
        replace(s, formula=shifted(s.formula), tape=shifted(s.tape)), steps,
    ),
    "formula with a hole": lambda s, steps: (replace(s, formula=with_hole(s.formula)), steps),
    "tape": lambda s, steps: (replace(s, tape=scaled(s.tape, 1.001)), steps),
    "tape in the limit": lambda s, steps: (replace(s, tape=unsafe(s.tape)), steps),
    "step": lambda s, steps: (
        s, [replace(step, claims=(Claim(s.formula, scaled(s.formula, 2)),)) for step in steps],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_pass_is_never_returned(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "SHELF", {"tampered": Tampered(WRONG[what])})
    with pytest.raises(NoClosedFormError, match=r"did not pass|does not hold"):
        rl.solve_exactly(DRAG)


def test_the_tampering_itself_is_harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "SHELF", {"tampered": Tampered(lambda s, steps: (s, steps))})
    assert rl.solve_exactly(DRAG).certificate.valid


def test_what_goes_into_a_solution_is_put_back_at_few_points_and_the_whole_at_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept: list[Certificate] = []

    def noted(*given, **how):
        kept.append(certify(*given, **how))
        return kept[-1]

    monkeypatch.setattr(search, "certify", noted)
    exact = rl.solve_exactly(rl.library.sir, budget=20)
    assert {c.points for c in kept if c.inner} == {3}  # of the curve, where a value takes long
    total = next(c for c in kept if not c.inner)  # found first, a formula
    assert total.points == 16
    (part,) = exact.parts
    assert part.certificate.points == 8
    assert not part.certificate.inner


def test_an_equation_that_is_defined_nowhere_is_not_certified() -> None:
    with pytest.raises(NoClosedFormError, match="only 0 could be used"):
        rl.solve_exactly("dx/dt = sqrt(-1 - k^2)*x", budget=60)


# Arguments, time, company


@pytest.mark.parametrize("budget", [0, -1, float("nan")])
def test_a_budget_is_a_positive_number(budget: float) -> None:
    with pytest.raises(InputError, match="budget: got"):
        rl.solve_exactly(COOLING, budget=budget)


def test_a_spent_budget_ends_the_search() -> None:
    with pytest.raises(NoClosedFormError, match="found in 1e-09 s of processor time"):
        rl.solve_exactly(COOLING, budget=1e-9)


def test_something_else_than_a_model_is_refused() -> None:
    with pytest.raises(InputError, match="model: got 3"):
        rl.solve_exactly(3)


def test_it_takes_a_fraction_of_a_second(cooling) -> None:
    begin = time.thread_time()
    rl.solve_exactly(cooling.model)
    assert time.thread_time() - begin < 0.2


def test_formulas_of_many_symbols_are_not_simplified_at_any_cost() -> None:
    slope = " + ".join(f"k{i}" for i in range(28))
    source = " + ".join(f"k{i}*c{i}" for i in range(28))
    begin = time.thread_time()
    rl.solve_exactly(f"dx/dt = {source} - ({slope})*x")
    assert time.thread_time() - begin < 2


def test_calls_at_the_same_time_do_not_disturb_each_other(cooling) -> None:
    texts = [COOLING, DRAG, "dx/dt = g", "dm/dt = a*(1 - m) - b*m"] * 4
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(rl.solve_exactly, texts))
    assert [str(e) for e in found] == [str(rl.solve_exactly(t)) for t in texts[:4]] * 4
    assert found[0] == cooling


@pytest.mark.parametrize("time", ["a", None, ["1", "b"], b"1", {"t": 1}])
def test_a_time_that_is_no_number_is_told(cooling, time) -> None:
    with pytest.raises(InputError, match=r"time: got .*; expected a number or an array of numbers"):
        cooling(time)


@pytest.mark.parametrize("times", [[0.0, 10.0], np.array([[1.0], [2.0]]), np.float64(3.0)])
def test_an_array_of_times_gives_values_of_its_shape(cooling, times) -> None:
    found = np.asarray(cooling(times)["T"])
    one_by_one = [cooling(float(t))["T"] for t in np.ravel(times)]
    assert found.shape == np.shape(times)
    np.testing.assert_array_equal(found.ravel(), one_by_one)


def test_values_at_times_have_labels_and_units() -> None:
    exact = rl.solve_exactly("dT/dt = -k*T; T(0) = 90 [degC]; k = 0.07 [1/min]")
    found = exact.at([0, 10, 30], k=0.1)
    assert found["T"].dims == ("time",)
    assert (found["T"].attrs["units"], found["time"].attrs["units"]) == ("degC", "min")
    assert float(found["T"].sel(time=10)) == exact(10, k=0.1)["T"]
    assert exact.at(10)["T"].ndim == 0


def test_values_at_times_are_labelled_as_those_of_a_numerical_solution() -> None:
    model = rl.model("dT/dt = -k*T; T(0) = 90 [degC]; k = 0.07 [1/min]")
    one, other = rl.solve_exactly(model).at([0, 10])["T"], rl.solve(model, [0, 10])["T"]
    assert (one.dims, one.attrs["units"]) == (other.dims, other.attrs["units"])
    assert one.time.attrs["units"] == other.time.attrs["units"]


def test_times_of_several_axes_have_no_labels(cooling) -> None:
    with pytest.raises(InputError, match="times: got 2 axes"):
        cooling.at([[1.0], [2.0]])


def test_formulas_and_parts_show_themselves_as_formulas(cooling) -> None:
    assert "-> T_s + (T(0) - T_s)*exp(-k*t)" in repr(cooling.formula)
    assert repr(cooling.parts[0]).startswith("T(t) = T_s + (T_0 - T_s)*exp(-k*t)\ncertified")


def test_a_derivation_has_latex(cooling) -> None:
    latex = cooling.derivation.latex
    assert latex.count(r"\qquad") == len(cooling.derivation)
    assert cooling.derivation[-1].latex in latex
    assert r"T\_s" in latex


def test_only_a_solution_has_a_difference(cooling) -> None:
    with pytest.raises(InputError, match="difference: got 3; expected a solution"):
        cooling.difference(3)
