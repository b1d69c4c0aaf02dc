"""Van der Pol's oscillator: friction that feeds small swings and brakes large ones."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dx/dt = v
        dv/dt = mu*(1 - x^2)*v - x
        x(0)  = 2
        v(0)  = 0
        mu    = 5
        """
    ),
    title="Van der Pol oscillator",
    field="engineering",
    source=(
        "B. van der Pol (1926), On relaxation-oscillations, Philosophical Magazine, series 7, "
        "2(11), 978-992, doi:10.1080/14786442608564127"
    ),
    reference=Reference(
        time=12,
        values={"x": 1.95668252002274, "v": -0.137188167741251},
        how="Taylor series of order 45, 50 digits",
    ),
    look="A slow creep, then a jump: every start but the origin ends on the same cycle.",
)
