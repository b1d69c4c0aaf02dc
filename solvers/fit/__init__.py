"""The inverse problem: parameters from measurements, and how far to believe them."""
