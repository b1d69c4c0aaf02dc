import numpy as np
import pytest
from scipy import stats

from ratelaw.models.errors import InputError
from ratelaw.models.tape.differentiate import derivative
from ratelaw.solvers.fit.experiment import Readings
from ratelaw.solvers.fit.loss import INPUTS
from ratelaw.solvers.fit.losses import SHELF

LOSSES = list(SHELF.values())
POINTS = [(2.0, 3.0, 0.5), (5.0, 1.5, 2.0), (0.3, 0.31, 0.1)]  # prediction, reading, sd
DENSITY = {  # written by others, to compare with
    "normal": lambda mu, y, sd: stats.norm.logpdf(y, mu, sd),
    "lognormal": lambda mu, y, sd: stats.lognorm.logpdf(y, sd, scale=mu),
}


def for_each(losses):
    return pytest.mark.parametrize("loss", losses, ids=lambda loss: loss.name)


@for_each(LOSSES)
def test_a_loss_is_called_as_its_file_and_names_its_source(loss):
    assert SHELF[loss.name] is loss
    assert loss.source


@for_each(LOSSES)
def test_its_tape_goes_from_prediction_reading_and_sd_to_residual_and_likelihood(loss):
    assert loss.tape.inputs == INPUTS
    assert len(loss.tape.outputs) == 2


@for_each(LOSSES)
def test_exact_data_have_no_residual(loss):
    assert loss.tape(2.5, 2.5, 0.1)[0] == 0


@for_each(LOSSES)
@pytest.mark.parametrize("point", POINTS)
def test_the_residual_is_proportional_to_one_over_sd(loss, point):
    prediction, reading, sd = point
    unit = loss.tape(prediction, reading, 1.0)[0]
    assert loss.tape(prediction, reading, sd)[0] == pytest.approx(unit / sd)


@for_each(LOSSES)
@pytest.mark.parametrize("point", POINTS)
def test_the_residual_grows_with_the_reading(loss, point):
    prediction, reading, sd = point
    assert loss.tape(prediction, 1.1 * reading, sd)[0] > loss.tape(prediction, reading, sd)[0]


@for_each(LOSSES)
def test_half_the_square_of_the_residual_is_all_that_the_prediction_does_to_the_likelihood(loss):
    rest = [lik + 0.5 * r**2 for r, lik in (loss.tape(mu, 2.0, 0.7) for mu in (0.5, 1.0, 3.0))]
    assert np.ptp(rest) < 1e-13


@for_each(LOSSES)
@pytest.mark.parametrize("point", POINTS)
def test_the_likelihood_is_the_logarithm_of_a_density(loss, point):
    assert loss.tape(*point)[1] == pytest.approx(DENSITY[loss.name](*point))


@for_each(LOSSES)
@pytest.mark.parametrize("point", POINTS)
def test_the_gradient_is_that_of_a_difference_quotient(loss, point):
    prediction, reading, sd = point
    h = 1e-6
    upper, lower = (loss.tape(prediction + s * h, reading, sd) for s in (1, -1))
    quotient = (np.array(upper) - np.array(lower)) / (2 * h)
    exact = derivative(loss.tape, "prediction")(prediction, reading, sd)
    assert exact == pytest.approx(quotient, rel=1e-6)


@for_each([loss for loss in LOSSES if loss.positive])
def test_a_reading_out_of_its_domain_is_refused_by_name(loss):
    readings = Readings("x", np.array([0.0, 1.0]), np.array([2.0, 0.0]))
    with pytest.raises(InputError, match=f"column x is 0 at time 1; the loss {loss.name} needs"):
        loss.check(readings)


@for_each([loss for loss in LOSSES if not loss.positive])
def test_other_losses_take_any_reading(loss):
    loss.check(Readings("x", np.array([0.0]), np.array([-1.0])))
