"""How fast does this mug cool? One modelling study, told with its own numbers."""
