"""People and mosquitoes that infect each other."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dx/dt = m*a*b*z*(1 - x) - r*x      # share of people infected
        dz/dt = a*c*x*(1 - z) - g*z        # share of mosquitoes infected
        x(0)  = 0.01
        z(0)  = 0
        m     = 5                          # mosquitoes per person
        a     = 0.3  [1/day]               # bites
        b     = 0.5
        c     = 0.5
        r     = 0.01 [1/day]
        g     = 0.12 [1/day]
        """
    ),
    title="Malaria (Ross and Macdonald)",
    field="epidemiology",
    source=(
        "R. Ross (1911), The Prevention of Malaria, second edition, Murray; D. L. Smith, K. E. "
        "Battle, S. I. Hay, C. M. Barker, T. W. Scott, F. E. McKenzie (2012), Ross, Macdonald, "
        "and a theory for the dynamics and control of mosquito-transmitted pathogens, PLoS "
        "Pathogens 8(4), e1002588, doi:10.1371/journal.ppat.1002588"
    ),
    reference=Reference(
        time=50,
        values={"x": 0.976282622367960, "z": 0.549355710422740},
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "Bites count twice, there and back: halving a does more than halving the number of "
        "mosquitoes."
    ),
)
