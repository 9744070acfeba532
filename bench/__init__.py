"""Measurements of the server against what else could be used."""
