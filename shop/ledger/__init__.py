"""Ledger: the one set of books, double entry."""
