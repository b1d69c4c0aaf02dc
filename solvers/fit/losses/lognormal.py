"""Log-normal noise: an error of constant relative size, for quantities that are positive."""

from math import log, pi

from ....models.tape import Builder, Tape
from ..loss import INPUTS, Loss


def _tape() -> Tape:
    builder = Builder(INPUTS)
    prediction, reading, sd = builder.inputs
    seen = reading.apply("log")
    residual = (seen - prediction.apply("log")) / sd
    normal = -0.5 * residual * residual - sd.apply("log") - 0.5 * log(2 * pi)
    return builder.finish([residual, normal - seen])


LOSS = Loss(
    "lognormal",
    _tape(),
    relative=True,
    positive=True,
    source=(
        "D. McAlister (1879), The law of the geometric mean, Proceedings of the Royal Society 29, "
        "367-376, doi:10.1098/rspl.1879.0061"
    ),
)
