"""The virus in the blood of a patient after treatment begins."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dT/dt  = k*V*T0 - delta*T      # infected cells
        dV/dt  = -c*V                  # infectious virus, made before treatment
        dW/dt  = n*delta*T - c*W       # virus that infects no more
        T(0)   = k*V0*T0/delta [1/mL]
        V(0)   = V0 [1/mL]
        W(0)   = 0  [1/mL]
        V0     = 216000 [1/mL]
        T0     = 11000  [1/mL]
        k      = 3.43e-8 [mL/day]
        delta  = 0.5 [1/day]
        c      = 3   [1/day]
        n      = c/(k*T0)              # virus that one cell makes
        """
    ),
    title="HIV under a protease inhibitor",
    field="epidemiology",
    source=(
        "A. S. Perelson, A. U. Neumann, M. Markowitz, J. M. Leonard, D. D. Ho (1996), HIV-1 "
        "dynamics in vivo: virion clearance rate, infected cell life-span, and viral generation "
        "time, Science 271(5255), 1582-1586, doi:10.1126/science.271.5255.1582; values rounded"
    ),
    reference=Reference(
        time=7,
        values={"T": 5.90637625678264, "V": 0.000163783305242897, "W": 9392.59321594010},
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "The virus in the blood stays level for a shoulder of some hours, set by c, and then "
        "falls with the life of infected cells, set by delta."
    ),
)
