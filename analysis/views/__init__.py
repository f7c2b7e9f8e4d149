"""The desk's pages: how the field phase goes, and what has come of it."""
