"""Expressions of scalars, vectors and matrices by name: shapes, text and derivatives."""
