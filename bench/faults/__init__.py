"""Faults made on purpose, and what the books say afterwards; `python -m bench.faults` prints the table."""
