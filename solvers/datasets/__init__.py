"""Measured data: one CSV file per data set, its header saying whence; the folder is the list."""

from ..dataset import Datasets

DATASETS = Datasets(__name__)
