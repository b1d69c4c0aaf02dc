"""What the system *does*: numbers in, numbers out, forward and inverse, on one machine."""
