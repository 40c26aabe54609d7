"""A whole municipality to try the product in, and the servers that run it on one computer."""
