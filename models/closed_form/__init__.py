"""Solvable classes: one file per class, binding ``SOLVABLE``; the folder is the list."""

from ..exact.solvable import SolvableClass
from ..shelf import Shelf

SHELF = Shelf[SolvableClass](__name__, "SOLVABLE", "solvable class")
