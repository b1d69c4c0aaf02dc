"""The shelf of losses: each file binds ``LOSS``, one model of the noise; the folder is the list."""

from ....models.shelf import Shelf
from ..loss import Loss

SHELF = Shelf[Loss](__name__, "LOSS", "loss")
