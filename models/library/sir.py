"""An epidemic in a closed population: susceptible, infected, removed."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dS/dt = -beta*S*I/N               # persons susceptible
        dI/dt = beta*S*I/N - gamma*I      # persons infected
        dR/dt = gamma*I                   # persons removed
        N     = S + I + R
        S(0)  = 760
        I(0)  = 3
        R(0)  = 0
        beta  = 1.7  [1/day]
        gamma = 0.45 [1/day]
        """
    ),
    title="An epidemic (SIR)",
    field="epidemiology",
    source=(
        "W. O. Kermack, A. G. McKendrick (1927), A contribution to the mathematical theory of "
        "epidemics, Proceedings of the Royal Society A 115(772), 700-721, "
        "doi:10.1098/rspa.1927.0118; values: least squares for the data set boarding_school_flu, "
        "rounded"
    ),
    reference=Reference(
        time=10,
        values={"S": 29.5721403457368, "I": 77.7332291494986, "R": 655.694630504765},
        how="Taylor series of order 45, 50 digits",
    ),
    look=(
        "The number of infected turns when S falls to N*gamma/beta, and some are never infected at "
        "all."
    ),
)
