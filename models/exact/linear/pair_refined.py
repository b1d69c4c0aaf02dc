"""Two linear equations with constant coefficients in numbers of twice the digits."""

from __future__ import annotations

from collections.abc import Sequence

from ...tape.twofold.functions import exponential, waves
from ...tape.twofold.number import Twofold, of_number
from ...tape.twofold.replayed import outputs
from ..refined import Rows, Sum
from .pair import Oscillation

_NEAR = 2.0**-40  # of d*t^2, below which series are summed


def rows_of(solution: Oscillation) -> Rows:
    """Return p + exp(m*t)*(u*C + v*S) for both states."""

    def rows(inputs: Sequence[Twofold]) -> Sequence[Sum] | None:
        time, builder = inputs[0], inputs[0].high.builder
        steady = outputs(builder, solution.steady, inputs)
        shares = outputs(builder, solution.shares, inputs[1:])
        if steady is None or shares is None:
            return None
        middle, square = shares[-3:-1]
        even, odd = _basis(middle, square, time - of_number(builder, solution.system.t0))
        pairs = zip(steady, shares[:-3:2], shares[1:-3:2], strict=True)
        return [_sum(p, u * even, v * odd) for p, u, v in pairs]

    return rows


def _sum(one: Twofold, two: Twofold, three: Twofold) -> Sum:
    size = abs(one.high) + abs(two.high) + abs(three.high)
    return Sum(one + two + three, size)


def _basis(middle: Twofold, square: Twofold, time: Twofold) -> tuple[Twofold, Twofold]:
    """Return exp(m*t)*C and exp(m*t)*S for d of any sign."""
    half, zero, one = (of_number(time.high.builder, x) for x in (0.5, 0.0, 1.0))
    x = square * time * time
    near, turning, back = abs(x.high) < _NEAR, square.high < 0.0, time.high < 0.0
    w = one.chosen(near, (-square).chosen(turning, square)).root()
    angle = zero.chosen(near, w * time)
    gap = zero.chosen(turning, (-angle).chosen(back, angle))
    cosine, sine = waves(angle.chosen(turning, zero))
    up = exponential(middle * time + gap)
    down = up * exponential(-gap - gap)
    apart = half * (up - down)
    apart = (up * sine).chosen(turning, (-apart).chosen(back, apart)) / w
    even, odd = (_series(x, numbers) for numbers in ((2.0, 24.0), (6.0, 120.0)))
    return (
        (up * even).chosen(near, half * (up + down) * cosine),
        (up * time * odd).chosen(near, apart),
    )


def _series(x: Twofold, below: tuple[float, float]) -> Twofold:
    """Return 1 + x/a + x^2/b."""
    one, first, second = (of_number(x.high.builder, n) for n in (1.0, *below))
    return one + x / first + x * x / second
