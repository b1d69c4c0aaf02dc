"""A ball that loses a part of its speed at every bounce."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        h''   = -g
        h(0)  = 10   [m]
        h'(0) = 0    [m/s]
        g     = 9.81 [m/s^2]
        e     = 0.8                   # speed that is left
        when h < 0: h' = -e*h'
        """
    ),
    title="Bouncing ball",
    field="physics",
    source=(
        "I. Newton (1687), Philosophiae naturalis principia mathematica, scholium to the laws of "
        "motion, on bodies that rebound"
    ),
    reference=Reference(
        time=3,
        values={"h": 5.49356159393831, "h'": -4.21714613535390},
        how="parabolas from bounce to bounce, 40 digits",
    ),
    look=(
        "Bounces come faster and faster, and after (1 + e)/(1 - e)*sqrt(2*h/g), a good twelve "
        "seconds, endlessly many of them are over."
    ),
)
