"""Sugar is split in yeast: a product that speeds up its own making."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dx/dt = -x + a*y + x^2*y         # ADP
        dy/dt = b - a*y - x^2*y          # fructose 6-phosphate
        x(0) = 1
        y(0) = 1
        a = 0.08
        b = 0.6
        """
    ),
    title="Oscillating glycolysis (Sel'kov)",
    field="biology",
    source=(
        "E. E. Sel'kov (1968), Self-oscillations in glycolysis, European Journal of Biochemistry "
        "4(1), 79-86, doi:10.1111/j.1432-1033.1968.tb00175.x; in the form of S. H. Strogatz "
        "(1994), Nonlinear Dynamics and Chaos, section 7.3"
    ),
    reference=Reference(
        time=20,
        values={"x": 1.10587008859098, "y": 0.409019210623200},
        how="Taylor series of order 40, 60 digits",
    ),
    look="For b around 0.6 the yeast pulses, for less and for more it is steady.",
)
