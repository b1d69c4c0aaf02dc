"""Full employment lifts wages, wages press profits, and less is invested."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        du/dt = u*(rho*v - gamma - alpha)               # share of wages
        dv/dt = v*((1 - u)/sigma - alpha - beta)        # share of employed
        u(0)  = 0.9
        v(0)  = 0.88
        alpha = 0.02 [1/year]           # growth of productivity
        beta  = 0.01 [1/year]           # growth of the workforce
        gamma = 0.5  [1/year]
        rho   = 0.6  [1/year]
        sigma = 3    [year]             # capital per output
        """
    ),
    title="Wages and employment (Goodwin)",
    field="economics",
    source=(
        "R. M. Goodwin (1967), A growth cycle, in C. H. Feinstein (ed.), Socialism, Capitalism "
        "and Economic Growth, Cambridge University Press, 54-58"
    ),
    reference=Reference(
        time=20,
        values={"u": 0.929288614305634, "v": 0.872609962850345},
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "The workers' share and employment circle like foxes and hares, employment a quarter of a "
        "cycle ahead."
    ),
)
