"""Measures the shop against what the machine can do: `make bench`."""
