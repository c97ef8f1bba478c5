"""Desk: the wide pages of merchants, managers and the operator."""
