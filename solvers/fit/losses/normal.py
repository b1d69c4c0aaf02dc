"""Normal noise of constant size: least squares."""

from math import log, pi

from ....models.tape import Builder, Tape
from ..loss import INPUTS, Loss


def _tape() -> Tape:
    builder = Builder(INPUTS)
    prediction, reading, sd = builder.inputs
    residual = (reading - prediction) / sd
    return builder.finish(
        [residual, -0.5 * residual * residual - sd.apply("log") - 0.5 * log(2 * pi)]
    )


LOSS = Loss(
    "normal",
    _tape(),
    source=(
        "C. F. Gauss (1809), Theoria motus corporum coelestium, book II, section 3; "
        "G. A. F. Seber, C. J. Wild (1989), Nonlinear Regression, section 2.2, "
        "doi:10.1002/0471725315"
    ),
)
