"""Lorenz's three equations of convection, where chaos was first seen in a computation."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dx/dt = sigma*(y - x)
        dy/dt = x*(rho - z) - y
        dz/dt = x*y - beta*z
        x(0)  = 0
        y(0)  = 1
        z(0)  = 0
        sigma = 10
        rho   = 28
        beta  = 8/3
        """
    ),
    title="Lorenz equations",
    field="physics",
    source=(
        "E. N. Lorenz (1963), Deterministic nonperiodic flow, Journal of the Atmospheric Sciences "
        "20(2), 130-141, doi:10.1175/1520-0469(1963)020<0130:DNF>2.0.CO;2"
    ),
    reference=Reference(
        time=1.5,
        values={"x": -8.88390915356178, "y": -9.86869674224357, "z": 26.1683981958524},
        how="Taylor series of order 45, 50 digits",
    ),
    look=(
        "Two starts that differ in the ninth digit go together for some 35 units of time, and then "
        "no more."
    ),
)
