"""Those who recover can be infected again at once."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dS/dt = -beta*S*I/N + gamma*I
        dI/dt = beta*S*I/N - gamma*I
        N     = S + I
        S(0)  = 990
        I(0)  = 10
        beta  = 0.5 [1/week]
        gamma = 0.3 [1/week]
        """
    ),
    title="An infection that leaves no immunity (SIS)",
    field="epidemiology",
    source=(
        "H. W. Hethcote, J. A. Yorke (1984), Gonorrhea Transmission Dynamics and Control, Lecture "
        "Notes in Biomathematics 56, Springer; M. J. Keeling, P. Rohani (2008), Modeling "
        "Infectious Diseases in Humans and Animals, Princeton University Press, section 2.3"
    ),
    reference=Reference(
        time=40,
        values={"S": 605.165634776026, "I": 394.834365223974},
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "The infection neither burns out nor infects all, but stays with N*(1 - gamma/beta) of "
        "them."
    ),
)
