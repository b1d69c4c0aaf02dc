"""An epidemic in which those infected are not infectious at first."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dS/dt = -beta*S*I/N               # susceptible
        dE/dt = beta*S*I/N - sigma*E      # exposed
        dI/dt = sigma*E - gamma*I         # infectious
        dR/dt = gamma*I                   # removed
        N     = S + E + I + R
        S(0)  = 9990
        E(0)  = 10
        I(0)  = 0
        R(0)  = 0
        beta  = 0.5 [1/day]
        sigma = 0.2 [1/day]
        gamma = 0.2 [1/day]
        """
    ),
    title="An epidemic with an incubation time (SEIR)",
    field="epidemiology",
    source=(
        "R. M. Anderson, R. M. May (1991), Infectious Diseases of Humans, Oxford University "
        "Press; M. J. Keeling, P. Rohani (2008), Modeling Infectious Diseases in Humans and "
        "Animals, Princeton University Press, section 2.5"
    ),
    reference=Reference(
        time=60,
        values={
            "S": 4417.18575892553,
            "E": 1221.32486161953,
            "I": 1097.16215753604,
            "R": 3264.32722191890,
        },
        how="Taylor series of order 40, 60 digits",
    ),
    look="As many are infected in the end as without incubation, only later.",
)
