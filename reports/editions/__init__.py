"""Editions: built, stored whole, made again to the byte, compared, and opened to their rows."""
