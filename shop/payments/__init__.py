"""Payments: money moved by payment plugins, confirmed only by a verified callback or a staff act."""
