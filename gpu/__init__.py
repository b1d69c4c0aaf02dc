"""The same, for very many trajectories: devices, torch, generated device kernels."""
