"""Ready-made models: one file per model, binding ``MODEL``; the folder is the list."""

from ..published import Library, PublishedModel
from ..shelf import Shelf

SHELF = Shelf[PublishedModel](__name__, "MODEL", "library model")
LIBRARY = Library(SHELF)
