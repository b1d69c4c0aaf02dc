"""A spring that grows stiffer as it is stretched, pushed by a sine."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        x''   = -delta*x' - x^3 + push
        input: push = B*cos(t)
        x(0)  = 3
        x'(0) = 4
        delta = 0.05
        B     = 7.5
        """
    ),
    title="Duffing oscillator",
    field="physics",
    source=(
        "G. Duffing (1918), Erzwungene Schwingungen bei veränderlicher Eigenfrequenz, Vieweg; "
        "values: Y. Ueda (1979), Randomly transitional phenomena in the system governed by "
        "Duffing's equation, Journal of Statistical Physics 20, 181-196, doi:10.1007/BF01011512"
    ),
    reference=Reference(
        time=10,
        values={"x": -0.921753457844612, "x'": 5.26924784694654},
        how="Taylor series of order 40, 60 digits",
    ),
    look="Seen once a push, x and x' settle on a folded curve without end, Ueda's attractor.",
)
