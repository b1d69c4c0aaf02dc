import mpmath
import numpy as np
import pytest

import ratelaw as rl
from ratelaw.solvers.fit.comparison import Comparison
from ratelaw.solvers.fit.experiment import Experiment
from ratelaw.solvers.fit.losses import SHELF as LOSSES
from ratelaw.solvers.fit.objective import Objective
from ratelaw.solvers.fit.parameters import ParameterSpace

COFFEE = rl.model("dT/dt = -k*(T - T_s); T(0) = 90; k = 0.07; T_s = 21")
FREE = {"k": rl.log(1e-3, 1), "T_s": (0, 40), "T(0)": (80, 100)}
TIMES = np.array([0.0, 3, 3, 10, 25, 60])  # two replicates
READINGS = np.array([91.0, 76, 75, 55, 34, 22])
POINTS = np.array([[0.05, 0.1, 0.02], [20.0, 25, 15], [90.0, 85, 95]])
REFERENCE = {"rtol": 1e-10, "method": "reference:tsit5"}


def objective(model, data, free, loss="normal", **options):
    space = ParameterSpace.of(model, free)
    experiment = Experiment.of(data, model)
    return Objective(space, (Comparison(model, experiment, LOSSES[loss], space.names, **options),))


def cooling(**options):
    return objective(COFFEE, {"time": TIMES, "T": READINGS}, FREE, **options)


def by_hand(p, t=TIMES):
    k, t_s, start = p
    decay = np.exp(-k * t[:, None])
    return (t_s + (start - t_s) * decay).T


def jacobian_by_hand(p):
    k, t_s, start = p[:, :, None]
    decay = np.exp(-k * TIMES)
    return np.stack([(start - t_s) * TIMES * decay, decay - 1, -decay], axis=2)


@pytest.mark.parametrize("method", ["reference:tsit5", "scipy:DOP853", "scipy:LSODA", "auto"])
def test_the_sum_of_squares_is_that_of_the_closed_form(method):
    expected = ((READINGS - by_hand(POINTS)) ** 2).sum(axis=1)
    assert cooling(method=method, rtol=1e-10)(POINTS) == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("method", ["reference:tsit5", "scipy:DOP853", "auto"])
def test_the_jacobian_is_that_of_the_closed_form(method):
    found = cooling(method=method, rtol=1e-10).linearise(POINTS).jacobian
    assert found == pytest.approx(jacobian_by_hand(POINTS), rel=1e-7, abs=1e-7)


def test_the_jacobian_of_a_nonlinear_model_is_that_of_high_precision_differences():
    model = rl.model("dx/dt = r*x*(1 - x/K); x(0) = 0.1; r = 1; K = 2; seen = sqrt(x)/K")
    t, p = [1.0, 2.5], (0.8, 2.2, 0.15)

    def seen(r, capacity, start, time):
        x = capacity / (1 + (capacity / start - 1) * mpmath.exp(-r * time))
        return mpmath.sqrt(x) / capacity

    with mpmath.workdps(40):
        exact = [
            [
                float(-mpmath.diff(lambda *q, at=s: seen(*q, at), p, order))
                for order in np.eye(3, dtype=int)
            ]
            for s in t
        ]
    free = {"r": (0, 2), "K": (1, 3), "x(0)": (0.01, 1)}
    found = objective(model, {"time": t, "seen": [0.1, 0.2]}, free, **REFERENCE)
    jacobian = found.linearise(np.array(p)[:, None]).jacobian[0]
    assert jacobian == pytest.approx(np.array(exact), rel=1e-7)


def test_an_observable_may_mention_a_parameter_itself():
    model = rl.model("dx/dt = -x; x(0) = 1; gain = 2; offset = 0.5; seen = gain*x + offset")
    t = np.array([0.0, 1.0])
    found = objective(
        model, {"time": t, "seen": [3, 1]}, {"gain": (0, 9), "offset": (0, 9)}, **REFERENCE
    )
    jacobian = found.linearise(np.array([[2.0], [0.5]])).jacobian[0]
    assert jacobian == pytest.approx(-np.stack([np.exp(-t), np.ones(2)], axis=1), rel=1e-8)


def test_a_start_value_may_be_a_formula_of_what_varies():
    model = rl.model("dx/dt = -x; x(0) = 3*a; a = 1")
    found = objective(model, {"time": [0, 1], "x": [1, 1]}, {"a": (0, 2)}, **REFERENCE)
    jacobian = found.linearise(np.array([[1.0]])).jacobian[0, :, 0]
    assert jacobian == pytest.approx([-3, -3 * np.exp(-1)], rel=1e-8)


def test_readings_on_both_sides_of_the_start_time_are_predicted():
    model = rl.model("dx/dt = -k*x; x(2) = 5; k = 0.5")
    t = np.array([0.0, 1, 2, 4])
    found = objective(model, {"time": t, "x": np.zeros(4)}, {"k": (0, 1)}, **REFERENCE)
    assert found.predictions(np.array([0.3])) == pytest.approx(5 * np.exp(-0.3 * (t - 2)), rel=1e-8)


@pytest.mark.parametrize("loss", list(LOSSES))
def test_a_batch_gives_each_member_the_numbers_it_has_alone(loss):
    whole = cooling(loss=loss).linearise(POINTS)
    for i in range(POINTS.shape[1]):
        alone = cooling(loss=loss).linearise(POINTS[:, i : i + 1])
        assert alone.value[0] == whole.value[i]
        assert (alone.jacobian[0] == whole.jacobian[i]).all()


@pytest.mark.parametrize("loss", list(LOSSES))
def test_the_gradient_is_that_of_differences(loss):
    found, h = cooling(loss=loss, rtol=1e-12, method="scipy:DOP853"), 1e-5
    _, gradient = found.gradient(POINTS)
    for row in range(3):
        step = np.zeros_like(POINTS)
        step[row] = h * POINTS[row]
        quotient = (found(POINTS + step) - found(POINTS - step)) / (2 * step[row])
        assert gradient[row] == pytest.approx(quotient, rel=1e-5)


def test_a_trajectory_that_fails_is_infinite_and_its_mates_are_untouched():
    model = rl.model("dx/dt = a*x^2; x(0) = 1; a = 0.1")
    found = objective(model, {"time": [1, 2], "x": [1.1, 1.2]}, {"a": (0, 10)})
    value = found(np.array([[0.1, 5.0]]))
    assert value[0] == found(np.array([[0.1]]))[0]
    assert value[1] == np.inf


def test_removing_a_reading_changes_the_sum_by_its_term():
    kept = np.arange(len(TIMES)) != 3
    fewer = objective(COFFEE, {"time": TIMES[kept], "T": READINGS[kept]}, FREE, **REFERENCE)
    term = (READINGS[3] - by_hand(POINTS)[:, 3]) ** 2
    assert cooling(**REFERENCE)(POINTS) - fewer(POINTS) == pytest.approx(term, rel=1e-6)


TWO = "dS/dt = -k*S; dP/dt = k*S; S(0) = 1 [{}]; P(0) = 0 [{}]; k = 1"
S, P = np.array([0.7, 0.4]), np.array([0.2, 0.7])


def two(s_unit, p_unit, **options):
    model = rl.model(TWO.format(s_unit, p_unit))
    data = {"time": [0.5, 1], "S": S, "P": P}
    return objective(model, data, {"k": (0, 3)}, **REFERENCE, **options)


def test_squares_add_up_where_readings_have_the_same_unit():
    found = two("mol", "mol")
    decay = np.exp(-0.8 * np.array([0.5, 1]))
    expected = ((S - decay) ** 2).sum() + ((P - 1 + decay) ** 2).sum()
    assert found.noises == ("mol",)
    assert found(np.array([[0.8]]))[0] == pytest.approx(expected, rel=1e-7)


def test_a_relative_loss_has_one_noise_whatever_the_units():
    data = {"time": [0.5, 1], "S": S, "P": P}
    model = rl.model(
        "dS/dt = -k*S; dP/dt = q*S; S(0) = 1 [kg]; P(0) = 0 [mol]; k = 1; q = 1 [mol/kg]"
    )
    assert objective(model, data, {"k": (0, 3)}, loss="lognormal").noises == ("",)


def unlike(scale=1.0):
    model = rl.model(
        f"dS/dt = -k*S; dP/dt = q*k*S; S(0) = 1 [kg]; P(0) = 0 [mol]; k = 1; q = {scale} [mol/kg]"
    )
    return objective(model, {"time": [0.5, 1], "S": S, "P": scale * P}, {"k": (0, 3)}, **REFERENCE)


def test_readings_in_another_unit_have_a_noise_of_their_own():
    assert unlike().noises == ("kg", "mol")


def test_the_unit_of_one_observable_does_not_move_the_minimum():
    k = np.linspace(0.5, 1.5, 41)[None]
    assert unlike()(k).argmin() == unlike(1000.0)(k).argmin()


def test_pooled_squares_add_up_to_the_value():
    point = unlike().linearise(np.array([[0.8]]))
    assert (point.residuals**2).sum() == pytest.approx(point.value[0])


def test_the_gradient_of_a_pooled_value_is_that_of_differences():
    found, k, h = unlike(), np.array([[0.8]]), 1e-4
    quotient = (found(k + h) - found(k - h)) / (2 * h)
    assert found.gradient(k)[1][0] == pytest.approx(quotient, rel=1e-5)


def test_a_refinement_is_ten_thousand_times_sharper():
    assert cooling(rtol=1e-9).refined().rtol == pytest.approx(1e-13)


def test_a_large_batch_is_solved_in_its_own_way_with_the_same_numbers():
    found, k = cooling(), np.geomspace(0.01, 0.5, 100)
    points = np.stack([k, np.full(100, 21.0), np.full(100, 90.0)])
    expected = ((READINGS - by_hand(points)) ** 2).sum(axis=1)
    assert found(points) == pytest.approx(expected, rel=1e-6)
