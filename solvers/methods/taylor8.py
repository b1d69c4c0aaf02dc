"""The Taylor series of the solution to its eighth power."""

from ..method import Method
from ..tableaux.taylor import SOURCE, TaylorSeries

METHOD = Method(
    name="taylor8",
    tableau=TaylorSeries(8),
    order=8,
    embedded_order=8,
    dense_order=8,
    source=SOURCE,
)
