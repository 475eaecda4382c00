"""Measure the figures that must stay fast, on data of the size that matters."""
