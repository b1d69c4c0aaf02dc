"""Two genes that repress each other: one memory of one bit."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        du/dt = a1/(1 + v^b) - u
        dv/dt = a2/(1 + u^c) - v
        u(0) = 1
        v(0) = 1.2
        a1 = 10
        a2 = 10
        b = 2
        c = 2
        """
    ),
    title="Genetic toggle switch",
    field="biology",
    source=(
        "T. S. Gardner, C. R. Cantor, J. J. Collins (2000), Construction of a genetic toggle "
        "switch in Escherichia coli, Nature 403, 339-342, doi:10.1038/35002131"
    ),
    reference=Reference(
        time=5,
        values={"u": 0.470888093352662, "v": 6.46218027007146},
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "The gene that leads at the start wins for good, and only from u = v does the switch stay "
        "in the middle."
    ),
)
