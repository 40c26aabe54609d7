"""Pages over all kinds of cases."""
