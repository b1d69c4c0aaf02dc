"""Prigogine and Lefever's reactions with an autocatalytic step of third order."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dX/dt = A - (B + 1)*X + X^2*Y
        dY/dt = B*X - X^2*Y
        X(0) = 1.5
        Y(0) = 3
        A = 1
        B = 3
        """
    ),
    title="Brusselator",
    field="chemistry",
    source=(
        "I. Prigogine, R. Lefever (1968), Symmetry breaking instabilities in dissipative systems "
        "II, Journal of Chemical Physics 48(4), 1695-1700, doi:10.1063/1.1668896; values: E. "
        "Hairer, S. P. Nørsett, G. Wanner (1993), Solving Ordinary Differential Equations I, "
        "section I.16, doi:10.1007/978-3-540-78862-1"
    ),
    reference=Reference(
        time=20,
        values={"X": 0.498637071268348, "Y": 4.59678034945201},
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "Raise B through 1 + A^2: the steady state loses its stability, and a cycle is born "
        "around it."
    ),
)
