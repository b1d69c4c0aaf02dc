"""A pendulum with friction that is pushed in time."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        phi''   = -2*beta*phi' - omega0^2*sin(phi) + push
        input: push = gamma*omega0^2*cos(omega*t)
        phi(0)  = -1.5708
        phi'(0) = 0
        omega   = 2*pi
        omega0  = 3*pi
        beta    = 0.75*pi
        gamma   = 1.073                   # push over weight
        """
    ),
    title="Driven, damped pendulum",
    field="physics",
    source=(
        "J. R. Taylor (2005), Classical Mechanics, University Science Books, sections 12.2 to 12.4"
    ),
    reference=Reference(
        time=3,
        values={"phi": -0.212650341418898, "phi'": 18.4736938748540},
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "With gamma of 1.06 the motion repeats itself after one push, of 1.078 after two, and of "
        "1.105 never."
    ),
)
