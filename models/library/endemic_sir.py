"""Births bring new susceptibles, and the infection comes back in waves."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dS/dt = mu*N - beta*S*I/N - mu*S
        dI/dt = beta*S*I/N - gamma*I - mu*I
        dR/dt = gamma*I - mu*R
        N     = S + I + R
        S(0)  = 120000
        I(0)  = 100
        R(0)  = 879900
        beta  = 300  [1/year]
        gamma = 26   [1/year]
        mu    = 0.02 [1/year]
        """
    ),
    title="A childhood disease that stays (SIR with births)",
    field="epidemiology",
    source=(
        "H. W. Hethcote (2000), The mathematics of infectious diseases, SIAM Review 42(4), "
        "599-653, doi:10.1137/S0036144500371907; M. J. Keeling, P. Rohani (2008), Modeling "
        "Infectious Diseases in Humans and Animals, Princeton University Press, section 2.1"
    ),
    reference=Reference(
        time=20,
        values={"S": 86084.3553518196, "I": 442.431868513688, "R": 913473.212779667},
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "Epidemics come back every two to three years, ever smaller, and end in an infection that "
        "is always there."
    ),
)
