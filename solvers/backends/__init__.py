"""The shelf of backends: each file solves initial value problems in its own way."""

from ...models.shelf import Shelf
from ..backend import Backend

SHELF = Shelf[Backend](__name__, "BACKEND", "backend")
