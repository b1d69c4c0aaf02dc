"""The Taylor series of the solution to its sixteenth power."""

from ..method import Method
from ..tableaux.taylor import SOURCE, TaylorSeries

METHOD = Method(
    name="taylor16",
    tableau=TaylorSeries(16),
    order=16,
    embedded_order=16,
    dense_order=16,
    source=SOURCE,
)
