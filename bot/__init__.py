"""Quarterdeck: a ChatOps bot for site reliability engineers."""

__version__ = "0.1.0"
