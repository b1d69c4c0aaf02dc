"""Solvable classes: one file per class, binding ``SOLVABLE``; the folder is the list."""

from ..shelf import Shelf
from ..solvable import SolvableClass

SHELF = Shelf[SolvableClass](__name__, "SOLVABLE", "solvable class")
