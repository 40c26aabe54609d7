"""How people sign in, from where, and how guessing is slowed."""
