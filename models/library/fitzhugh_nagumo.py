"""An excitable cell in two equations: a fast voltage and a slow recovery."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dv/dt = v - v^3/3 - w + I           # voltage
        dw/dt = e*(v + a - b*w)             # recovery
        v(0) = -1
        w(0) = -0.5
        I = 0.5                             # current
        e = 0.08
        a = 0.7
        b = 0.8
        """
    ),
    title="FitzHugh-Nagumo neuron",
    field="biology",
    source=(
        "R. FitzHugh (1961), Impulses and physiological states in theoretical models of nerve "
        "membrane, Biophysical Journal 1(6), 445-466, doi:10.1016/S0006-3495(61)86902-6; J. "
        "Nagumo, S. Arimoto, S. Yoshizawa (1962), An active pulse transmission line simulating "
        "nerve axon, Proceedings of the IRE 50(10), 2061-2070, doi:10.1109/JRPROC.1962.288235"
    ),
    reference=Reference(
        time=40,
        values={"v": -0.725150289872882, "w": -0.236080450389488},
        how="Taylor series of order 40, 60 digits",
    ),
    look="With I at 0 the cell rests, at 0.5 it fires again and again, at 1.5 it is blocked.",
)
