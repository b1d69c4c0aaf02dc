"""A rigid body that turns freely, in its own axes."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dw1/dt = (I2 - I3)/I1*w2*w3
        dw2/dt = (I3 - I1)/I2*w3*w1
        dw3/dt = (I1 - I2)/I3*w1*w2
        w1(0)  = 0.1 [1/s]
        w2(0)  = 2   [1/s]
        w3(0)  = 0.1 [1/s]
        I1     = 1   [g*m^2]      # moments of inertia
        I2     = 2   [g*m^2]
        I3     = 3   [g*m^2]
        """
    ),
    title="A thrown book (Euler's top)",
    field="physics",
    source=(
        "L. Euler (1765), Theoria motus corporum solidorum seu rigidorum; L. D. Landau, E. M. "
        "Lifshitz (1976), Mechanics, third edition, Butterworth-Heinemann, sections 36 and 37"
    ),
    reference=Reference(
        time=10,
        values={"w1": 1.10506663441742, "w2": -1.66997836318240, "w3": 0.643213874876945},
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "About the middle axis the book flips over again and again, about the other two it spins "
        "steadily."
    ),
)
