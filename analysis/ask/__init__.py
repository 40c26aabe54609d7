"""A free question to the register: its form, its table, its file, and the questions that a person has saved."""
