"""Fish that grow all year and are caught in one season."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dN/dt = r*N*(1 - N/K)
        N(0)  = 100                   # thousand tonnes
        r     = 0.6 [1/year]
        K     = 100
        share = 0.3                   # of the stock that is caught
        every 1 from 1 to 30: N = (1 - share)*N
        """
    ),
    title="A stock harvested once a year",
    field="economics",
    source=(
        "M. B. Schaefer (1954), Some aspects of the dynamics of populations important to the "
        "management of the commercial marine fisheries, Bulletin of the Inter-American Tropical "
        "Tuna Commission 1(2), 27-56; C. W. Clark (2010), Mathematical Bioeconomics, third "
        "edition, Wiley"
    ),
    reference=Reference(
        time=8.5, values={"N": 44.2451091783853}, how="Taylor series of order 40, 60 digits"
    ),
    look=(
        "The catch is largest for a share near 1 - exp(-r/2), and above 1 - exp(-r) the stock is "
        "lost."
    ),
)
