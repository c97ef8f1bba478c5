"""Catalogue: what a merchant has, with variants, pictures and stock."""
