"""A weight on a light rod, for swings of any size."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        theta''   = -g/L*sin(theta)
        theta(0)  = 3                     # nearly upright
        theta'(0) = 0    [1/s]
        g         = 9.81 [m/s^2]
        L         = 1    [m]
        observe: energy = L^2*theta'^2/2 + g*L*(1 - cos(theta))      # per mass
        """
    ),
    title="Pendulum",
    field="physics",
    source=(
        "C. Huygens (1673), Horologium oscillatorium; L. D. Landau, E. M. Lifshitz (1976), "
        "Mechanics, third edition, Butterworth-Heinemann, section 11"
    ),
    reference=Reference(
        time=2,
        values={"theta": -2.69849298977274, "theta'": -1.30323216128703},
        how="Taylor series of order 40, 60 digits",
    ),
    look="The wider the swing the longer it lasts, and from upright it would last for ever.",
)
