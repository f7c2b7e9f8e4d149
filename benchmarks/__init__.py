"""Figures about speed and memory, each a ratio to a named baseline measured in the same run."""
