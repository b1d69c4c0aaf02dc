"""The angle of a tangent, circular or hyperbolic: exact to rounding, with its derivative."""

import math

import mpmath
import pytest

from ratelaw.models.tape import Builder
from ratelaw.models.tape.composed.arc import arc, swing
from ratelaw.models.tape.differentiate import derivative

BUILDER = Builder(["x"])
ARC = BUILDER.finish([arc(BUILDER.input("x"))])
PLACES = [0, 1e-300, 1e-9, -1e-9, 0.0499, 0.0501, -0.0499, -0.0501, 0.7, -0.7, 30, -0.999, 1e12]


def exactly(x: float) -> mpmath.mpf:
    root = mpmath.sqrt(mpmath.mpf(x))
    return mpmath.re(mpmath.atan(root) / root) if x else mpmath.mpf(1)


@pytest.mark.parametrize("x", PLACES)
def test_it_is_exact_to_rounding(x: float) -> None:
    with mpmath.workdps(40):
        assert ARC(x)[0] == pytest.approx(float(exactly(x)), rel=1e-14)


@pytest.mark.parametrize("x", PLACES)
def test_its_derivative_is(x: float) -> None:
    with mpmath.workdps(60):
        step = mpmath.mpf(10) ** -20
        wanted = (exactly(x + step) - exactly(x - step)) / (2 * step)
        assert derivative(ARC, "x")(x)[0] == pytest.approx(float(wanted), rel=1e-11)


def test_beyond_the_hyperbolic_angle_it_is_none() -> None:
    assert math.isnan(ARC(-1.5)[0])


@pytest.mark.parametrize("square", [4.0, 1e-13, 0.0, -1.0])
@pytest.mark.parametrize("time", [0.1, 1.0, 1.5])
def test_a_swing_takes_its_time(square: float, time: float) -> None:
    w = mpmath.sqrt(square)
    way = float(mpmath.re(mpmath.sin(w * time) / w)) if square else time
    end = float(mpmath.re(mpmath.cos(w * time)))
    if way < 0:
        return
    builder = Builder(["way", "speeds", "square"])
    tape = builder.finish([swing(*builder.inputs)])
    assert tape(way, 1 + end, square)[0] == pytest.approx(time, rel=1e-11)
