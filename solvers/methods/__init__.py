"""Stepping methods: one file per method, binding ``METHOD``; the folder is the list."""

from ...models.shelf import Shelf
from ..method import Method

SHELF = Shelf[Method](__name__, "METHOD", "method")
