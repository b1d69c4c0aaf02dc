"""The same, for very many trajectories: devices, batches by torchdiffeq, gradients through them.

Floors, read upward, each importing only from below:

1. ground: `device`, `torch_target`, `effort`, `ends`; above these `pulses` and `poles`
2. gradients backward in time: `adjoint`
3. adaptive and fixed steps: `march`, `grid`
4. offered to torch: `autograd`
5. the backend: `torch_batch`
"""
