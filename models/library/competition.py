"""Two species that live on the same food, each hindering the other more than itself."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dx/dt = r1*x*(1 - (x + a12*y)/K1)
        dy/dt = r2*y*(1 - (y + a21*x)/K2)
        x(0)  = 10
        y(0)  = 12
        r1    = 0.6 [1/year]
        r2    = 0.5 [1/year]
        K1    = 100
        K2    = 100
        a12   = 1.2
        a21   = 1.1
        """
    ),
    title="Two species that compete",
    field="biology",
    source=(
        "G. F. Gause (1934), The Struggle for Existence, Williams and Wilkins, chapter III; J. D. "
        "Murray (2002), Mathematical Biology I, third edition, Springer, section 3.5, "
        "doi:10.1007/b98868"
    ),
    reference=Reference(
        time=30,
        values={"x": 24.5244333619715, "y": 69.3445988507511},
        how="Taylor series of order 40, 60 digits",
    ),
    look="One of the two dies out, and which one depends on where they start.",
)
