"""The same, for very many trajectories: devices, batches by torchdiffeq, gradients through them.

Floors, read upward, each importing only from below: `device`, `torch_target`, `effort`, `ends`;
`march` and `grid`, adaptive and fixed steps; `adjoint`; `torch_batch`, the backend; `autograd`.
"""
