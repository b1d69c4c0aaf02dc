"""The shelf of optimisers: each file binds ``OPTIMISER``, one way downhill."""

from ....models.shelf import Shelf
from ..optimise import Optimiser

SHELF = Shelf[Optimiser](__name__, "OPTIMISER", "optimiser")
