"""A mass on a spring with friction in proportion to its speed."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dx/dt = v
        dv/dt = -(c*v + k*x)/m
        x(0)  = 0.1 [m]
        v(0)  = 0   [m/s]
        m     = 1   [kg]
        c     = 0.4 [N*s/m]
        k     = 4   [N/m]
        """
    ),
    title="Damped oscillator",
    field="physics",
    source=(
        "J. W. Strutt, Lord Rayleigh (1877), The Theory of Sound, volume 1, Macmillan, chapter "
        "III, section 45"
    ),
    reference=Reference(
        time=10,
        values={"x": 0.00791160236189625, "v": -0.0235994839112882},
        how="closed form",
    ),
    look=(
        "Raise c through 2*sqrt(k*m): swinging turns into creeping, and just there it settles "
        "fastest."
    ),
)
