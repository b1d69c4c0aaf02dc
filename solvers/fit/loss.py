"""What a loss is: how far a reading lies from a prediction, written on the tape."""

from __future__ import annotations

from dataclasses import dataclass

from ...models.errors import InputError
from ...models.tape import Tape
from ..arrays import Float
from ..evaluate import rows_function
from .experiment import Readings

INPUTS = ("prediction", "reading", "sd")


@dataclass(frozen=True)
class Loss:
    """The contribution of one reading, as data.

    Parameters
    ----------
    name
        As in messages.
    tape
        Inputs are prediction, reading and sd. Two outputs: the residual in units of its standard
        deviation, which must be proportional to 1/sd, and the logarithm of the likelihood, which
        must be -residual^2/2 and terms free of the prediction: that makes least squares maximum
        likelihood, and lets sd be estimated with the parameters without being searched.
    relative
        Whether sd is a relative error, which has no unit.
    positive
        Whether a reading must be above zero.
    source
        Where the noise model is described.
    """

    name: str
    tape: Tape
    relative: bool = False
    positive: bool = False
    source: str = ""

    def evaluate(self, prediction: Float, reading: Float, sd: Float) -> Float:
        """Return residual and log-likelihood of readings, (2, reading)."""
        return rows_function(self.tape, "loss", [(name, None) for name in INPUTS])(
            prediction, reading, sd
        )

    def check(self, readings: Readings) -> None:
        """Raise unless the loss can be taken of these readings.

        Raises
        ------
        InputError
            Naming the column and the first reading that is out of its domain.
        """
        bad = readings.values <= 0
        if self.positive and bad.any():
            first = int(bad.argmax())
            raise InputError(
                f"data: column {readings.observable} is {readings.values[first]:g} at time "
                f"{readings.times[first]:g}; the loss {self.name} needs readings above zero"
            )
