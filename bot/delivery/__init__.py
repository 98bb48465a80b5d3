"""Changing the world once: the worker of effects, the observer of watches, and how they retry."""
