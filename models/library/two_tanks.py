"""Water runs from one tank into the next by its own weight (Torricelli)."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dh1/dt = q/A - a/A*sqrt(2*g*h1)
        dh2/dt = a/A*sqrt(2*g*h1) - a/A*sqrt(2*g*h2)
        h1(0)  = 20  [cm]
        h2(0)  = 5   [cm]
        A      = 28  [cm^2]         # of a tank
        a      = 0.07 [cm^2]        # of its outlet
        q      = 10  [cm^3/s]
        g      = 981 [cm/s^2]
        """
    ),
    title="Two tanks in a row",
    field="engineering",
    source=(
        "E. Torricelli (1644), Opera geometrica; K. H. Johansson (2000), The quadruple-tank "
        "process: a multivariable laboratory process with an adjustable zero, IEEE Transactions "
        "on Control Systems Technology 8(3), 456-465, doi:10.1109/87.845876, from which the size "
        "of tanks and outlets is taken, rounded"
    ),
    reference=Reference(
        time=200,
        values={"h1": 10.7803890536254, "h2": 11.4405953367811},
        how="Taylor series of order 40, 60 digits",
    ),
    look="Both levels go to the same height, (q/a)^2/(2*g), whatever they start from.",
)
