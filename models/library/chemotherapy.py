"""A tumour of which the drug damages a part, that dies in steps."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dx1/dt = l0*x1/(1 + (l0*w/l1)^psi)^(1/psi) - k2*c*x1      # cells that divide
        dx2/dt = k2*c*x1 - k1*x2                                  # damaged
        dx3/dt = k1*(x2 - x3)
        dx4/dt = k1*(x3 - x4)
        dc/dt  = -ke*c                                            # drug
        observe: w = x1 + x2 + x3 + x4
        x1(0)  = 0.05  [g]
        x2(0)  = 0     [g]
        x3(0)  = 0     [g]
        x4(0)  = 0     [g]
        c(0)   = 0     [mg/L]
        l0     = 0.3   [1/day]
        l1     = 0.7   [g/day]
        psi    = 20
        k1     = 0.6   [1/day]
        k2     = 0.1   [L/mg/day]
        ke     = 1.2   [1/day]
        dose   = 5     [mg/L]
        at t = 8, 12, 16: c += dose
        """
    ),
    title="A tumour under treatment (Simeoni)",
    field="pharmacology",
    source=(
        "M. Simeoni, P. Magni, C. Cammia, G. De Nicolao, V. Croci, E. Pesenti, M. Germani, I. "
        "Poggesi, M. Rocchetti (2004), Predictive pharmacokinetic-pharmacodynamic modeling of "
        "tumor growth kinetics in xenograft models after administration of anticancer agents, "
        "Cancer Research 64(3), 1094-1101, doi:10.1158/0008-5472.CAN-03-2524; values of the size "
        "found there"
    ),
    reference=Reference(
        time=18,
        values={
            "x1": 2.61799345296112,
            "x2": 0.455323525740740,
            "x3": 0.387745980176172,
            "x4": 0.260892446858441,
            "c": 0.457353416550713,
        },
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "The tumour goes on growing for days after a dose, because damaged cells weigh as much as "
        "others until they die."
    ),
)
