"""Filling in, and what everybody may read about a survey."""
