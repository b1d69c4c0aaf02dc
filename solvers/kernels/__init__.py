"""Tapes printed for a target: text in, text out, kept apart from compiling and running."""
