"""Enzyme and substrate bind, part again, or make product."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dE/dt = -k1*E*S + (k_1 + k2)*C      # enzyme
        dS/dt = -k1*E*S + k_1*C             # substrate
        dC/dt = k1*E*S - (k_1 + k2)*C       # complex
        dP/dt = k2*C                        # product
        E(0)  = 1  [umol/L]
        S(0)  = 10 [umol/L]
        C(0)  = 0  [umol/L]
        P(0)  = 0  [umol/L]
        k1    = 1  [L/umol/s]
        k_1   = 0.5 [1/s]
        k2    = 0.3 [1/s]
        """
    ),
    title="An enzyme and its substrate (Michaelis-Menten)",
    field="chemistry",
    source=(
        "L. Michaelis, M. L. Menten (1913), Die Kinetik der Invertinwirkung, Biochemische "
        "Zeitschrift 49, 333-369; G. E. Briggs, J. B. S. Haldane (1925), A note on the kinetics "
        "of enzyme action, Biochemical Journal 19(2), 338-339, doi:10.1042/bj0190338"
    ),
    reference=Reference(
        time=20,
        values={
            "E": 0.168938077698759,
            "S": 3.88500081095711,
            "C": 0.831061922301241,
            "P": 5.28393726674165,
        },
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "The complex fills within a second and then hardly changes, which is why S alone seems to "
        "follow k2*E*S/(K + S)."
    ),
)
