"""A membrane that leaks, and is set back whenever it reaches a threshold."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dV/dt   = (V_rest - V + R*I)/tau
        V(0)    = V_rest [mV]
        V_rest  = -65 [mV]
        V_th    = -50 [mV]            # threshold
        R       = 10  [Mohm]
        I       = 2   [nA]
        tau     = 10  [ms]
        when V > V_th: V = V_rest
        """
    ),
    title="A neuron that integrates and fires",
    field="biology",
    source=(
        "L. Lapicque (1907), Recherches quantitatives sur l'excitation électrique des nerfs "
        "traitée comme une polarisation, Journal de Physiologie et de Pathologie Générale 9, "
        "620-635; W. Gerstner, W. M. Kistler, R. Naud, L. Paninski (2014), Neuronal Dynamics, "
        "Cambridge University Press, section 1.3, doi:10.1017/CBO9781107447615"
    ),
    reference=Reference(
        time=20,
        values={"V": -55.8268226589290},
        how="exponentials from spike to spike, 40 digits",
    ),
    look="Below I of 1.5 nA it never fires, just above rarely, and then ever faster.",
)
