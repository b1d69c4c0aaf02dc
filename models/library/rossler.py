"""Rössler's band: the simplest flow that stretches and folds."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dx/dt = -y - z
        dy/dt = x + a*y
        dz/dt = b + z*(x - c)
        x(0) = 1
        y(0) = 1
        z(0) = 0
        a = 0.2
        b = 0.2
        c = 5.7
        """
    ),
    title="Rössler attractor",
    field="physics",
    source=(
        "O. E. Rössler (1976), An equation for continuous chaos, Physics Letters A 57(5), "
        "397-398, doi:10.1016/0375-9601(76)90101-8"
    ),
    reference=Reference(
        time=20,
        values={"x": -4.04779760033628, "y": 7.10644006755980, "z": 0.0298895763323905},
        how="Taylor series of order 40, 60 digits",
    ),
    look="Lower c to 4, 3.5 and 2.5: chaos gives way to cycles of four, two and one turns.",
)
