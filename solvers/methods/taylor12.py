"""The Taylor series of the solution to its twelfth power."""

from ..method import Method
from ..tableaux.taylor import SOURCE, TaylorSeries

METHOD = Method(
    name="taylor12",
    tableau=TaylorSeries(12),
    order=12,
    embedded_order=12,
    dense_order=12,
    source=SOURCE,
)
