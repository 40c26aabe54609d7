"""A case: its history, who receives it, and who is kept from it."""
