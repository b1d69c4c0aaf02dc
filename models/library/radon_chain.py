"""A chain of decays: radon-222, polonium-218, lead-214, bismuth-214."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dRn/dt = -Rn*log(2)/T_Rn                        # atoms
        dPo/dt = Rn*log(2)/T_Rn - Po*log(2)/T_Po
        dPb/dt = Po*log(2)/T_Po - Pb*log(2)/T_Pb
        dBi/dt = Pb*log(2)/T_Pb - Bi*log(2)/T_Bi
        Rn(0)  = 1e6
        Po(0)  = 0
        Pb(0)  = 0
        Bi(0)  = 0
        T_Rn   = 5506 [min]      # half-lives
        T_Po   = 3.1  [min]
        T_Pb   = 26.8 [min]
        T_Bi   = 19.9 [min]
        """
    ),
    title="Radon and its daughters (Bateman)",
    field="physics",
    source=(
        "H. Bateman (1910), The solution of a system of differential equations occurring in the "
        "theory of radioactive transformations, Proceedings of the Cambridge Philosophical "
        "Society 15, 423-427; half-lives rounded"
    ),
    reference=Reference(
        time=180,
        values={
            "Rn": 977594.714963987,
            "Po": 550.717551906878,
            "Pb": 4731.73240647146,
            "Bi": 3437.19259242698,
        },
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "After three hours every daughter decays as fast as it is made, and the chain fades with "
        "the half-life of radon."
    ),
)
