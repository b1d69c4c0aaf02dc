"""Every few years a share of all children is vaccinated at once."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dS/dt = mu - beta*S*I - mu*S          # shares of the population
        dI/dt = beta*S*I - gamma*I - mu*I
        S(0)  = 0.06
        I(0)  = 0.001
        mu    = 0.02 [1/year]
        beta  = 234 [1/year]
        gamma = 13   [1/year]
        p     = 0.5                           # share vaccinated
        every 2 from 2 to 20: S = (1 - p)*S
        """
    ),
    title="Vaccination in pulses",
    field="epidemiology",
    source=(
        "B. Shulgin, L. Stone, Z. Agur (1998), Pulse vaccination strategy in the SIR epidemic "
        "model, Bulletin of Mathematical Biology 60(6), 1123-1148"
    ),
    reference=Reference(
        time=3,
        values={"S": 0.0445173217153650, "I": 9.51384044346435e-6},
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "As long as S is kept below (gamma + mu)/beta on the average, the infection dies out, "
        "although most are never vaccinated in any one year."
    ),
)
