"""A cooled, stirred tank in which A reacts and gives off heat."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dC/dt  = q/V*(C_f - C) - k*C                              # of A
        dT/dt  = q/V*(T_f - T) + H/(rho*c)*k*C + U/(V*rho*c)*(T_c - T)
        k      = k0*exp(-E/T)
        C(0)   = 0.5    [mol/L]
        T(0)   = 350    [K]
        q      = 100    [L/min]
        V      = 100    [L]
        C_f    = 1      [mol/L]          # of the feed
        T_f    = 350    [K]
        T_c    = 305    [K]              # of the coolant
        H      = 50000  [J/mol]          # given off
        rho    = 1000   [g/L]
        c      = 0.239  [J/g/K]
        U      = 50000  [J/min/K]        # heat transfer times area
        E      = 8750   [K]              # activation energy over the gas constant
        k0     = 7.2e10 [1/min]
        """
    ),
    title="Stirred tank with an exothermic reaction",
    field="chemistry",
    source=(
        "A. Uppal, W. H. Ray, A. B. Poore (1974), On the dynamic behavior of continuous stirred "
        "tank reactors, Chemical Engineering Science 29(4), 967-985, "
        "doi:10.1016/0009-2509(74)80089-8; values: D. E. Seborg, T. F. Edgar, D. A. Mellichamp "
        "(2004), Process Dynamics and Control, second edition, Wiley, example 2.5"
    ),
    reference=Reference(
        time=2,
        values={"C": 0.230433810470327, "T": 364.045411126128},
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "Raise T_c from 302 to 304 K: the cool steady state gives way to a cycle in which the "
        "tank ignites and goes out, and at 308 K it stays hot."
    ),
)
