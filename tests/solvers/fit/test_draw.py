"""Random draws: distributions by name, streams by setting, the seed always explicit."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import InputError, UnknownNameError

COFFEE = rl.library.cooling


def column(model: rl.Model, name: str) -> np.ndarray:
    return np.frombuffer(dict(model.dimensions[0].columns)[name])


@pytest.mark.parametrize(
    ("chosen", "middle", "spread"),
    [
        (rl.Normal(2, 0.5), 2, 0.5),
        (rl.LogNormal(2, 0.1), 2, 0.2),
        (rl.Uniform(1, 3), 2, 2 / np.sqrt(12)),
    ],
    ids=["normal", "lognormal", "uniform"],
)
def test_a_distribution_has_its_middle_and_spread(chosen, middle, spread):
    drawn = column(rl.draw(COFFEE, 20_000, seed=1, k=chosen), "k")
    assert np.median(drawn) == pytest.approx(middle, abs=4 * spread / 100)
    assert drawn.std() == pytest.approx(spread, rel=0.05)


def test_the_same_seed_gives_the_same_numbers():
    one, two = (rl.draw(COFFEE, 9, seed=3, k=rl.Normal(1, 1)) for _ in range(2))
    assert one == two
    assert one != rl.draw(COFFEE, 9, seed=4, k=rl.Normal(1, 1))


def test_a_draw_is_the_same_alone_or_in_a_crowd():
    few, many = (rl.draw(COFFEE, n, seed=3, k=rl.LogNormal(1, 1)) for n in (3, 1000))
    assert column(few, "k").tolist() == column(many, "k")[:3].tolist()


def test_adding_a_setting_changes_no_other():
    alone = rl.draw(COFFEE, 5, seed=3, k=rl.Normal(1, 1))
    both = rl.draw(COFFEE, 5, seed=3, T_s=rl.Normal(20, 1), k=rl.Normal(1, 1))
    assert column(alone, "k").tolist() == column(both, "k").tolist()
    assert column(both, "T_s").tolist() != column(both, "k").tolist()


def test_a_start_value_is_drawn_however_it_is_spelled():
    one, two = (
        rl.draw(COFFEE, 5, seed=3, **{name: rl.Normal(90, 1)}) for name in ("T(0)", "T( 0.0 )")
    )
    assert column(one, "T(0)").tolist() == column(two, "T(0)").tolist()


def test_draws_are_one_dimension_with_what_was_drawn_as_coordinates():
    many = rl.draw(COFFEE, 4, seed=0, k=rl.Uniform(0.05, 0.1), T_s=rl.Uniform(18, 24))
    found = rl.solve(many, 10)["T"]
    assert found.dims == ("draw", "time")
    assert found["draw"].values.tolist() == [0, 1, 2, 3]
    assert found["k"].dims == ("draw",)
    assert found["T_s"].attrs["units"] == "degC"


@pytest.mark.parametrize(
    ("mistake", "told"),
    [
        (lambda: rl.draw(COFFEE, 0, seed=0, k=rl.Normal(1, 1)), "size: got 0; expected a number"),
        (lambda: rl.draw(COFFEE, 2.5, seed=0, k=rl.Normal(1, 1)), r"size: got 2\.5"),
        (lambda: rl.draw(COFFEE, True, seed=0, k=rl.Normal(1, 1)), "size: got True"),
        (lambda: rl.draw(COFFEE, 2, seed=-1, k=rl.Normal(1, 1)), "seed: got -1; expected a whole"),
        (lambda: rl.draw(COFFEE, 2, seed=None, k=rl.Normal(1, 1)), "seed: got None"),
        (lambda: rl.draw(COFFEE, 2, seed=0), "draw: nothing varies; give a distribution"),
        (lambda: rl.draw(COFFEE, 2, seed=0, k=0.1), r"k: got 0\.1; expected a distribution such"),
        (lambda: rl.Normal(1, 0), "Normal: got sd 0; it must be positive"),
        (lambda: rl.Normal(np.nan, 1), "Normal: got mean nan; it must be finite"),
        (lambda: rl.LogNormal(-1, 1), "LogNormal: got median -1; it must be positive"),
        (lambda: rl.LogNormal(1, np.inf), "LogNormal: got sd inf; it must be positive"),
        (lambda: rl.Uniform(2, 1), "Uniform: got low 2, high 1; both are finite, low the smaller"),
        (lambda: rl.Uniform(-np.inf, 1), "Uniform: got low -inf"),
    ],
)
def test_what_cannot_be_drawn_is_told(mistake, told):
    with pytest.raises(InputError, match=told):
        mistake()


def test_drawing_what_the_model_has_not_is_told():
    with pytest.raises(UnknownNameError, match="no K in this model"):
        rl.draw(COFFEE, 2, seed=0, K=rl.Normal(1, 1))


@pytest.mark.parametrize("value", ["a", [1, 2], None, True])
@pytest.mark.parametrize("distribution", [rl.Normal, rl.LogNormal, rl.Uniform])
def test_a_distribution_of_what_is_no_number_is_told(distribution, value):
    with pytest.raises(InputError, match=r"got (mean|median|low) .*; expected one number"):
        distribution(value, 2)
