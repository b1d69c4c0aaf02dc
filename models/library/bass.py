"""Buyers come by themselves, or because others have bought."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dN/dt = (p + q*N/m)*(m - N)
        N(0)  = 0
        p     = 0.03 [1/year]      # innovators
        q     = 0.38 [1/year]      # imitators
        m     = 1000
        """
    ),
    title="How a new product spreads (Bass)",
    field="economics",
    source=(
        "F. M. Bass (1969), A new product growth for model consumer durables, Management Science "
        "15(5), 215-227, doi:10.1287/mnsc.15.5.215; values: the averages of many products in F. "
        "Sultan, J. U. Farley, D. R. Lehmann (1990), A meta-analysis of applications of diffusion "
        "models, Journal of Marketing Research 27(1), 70-77, doi:10.1177/002224379002700107"
    ),
    reference=Reference(
        time=10, values={"N": 812.803221221346}, how="Taylor series of order 40, 60 digits"
    ),
    look=(
        "Sales peak after log(q/p)/(p + q) years, a good six here, with less than half of the "
        "buyers reached."
    ),
)
