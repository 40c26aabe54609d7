"""Measurement series."""
