"""The lex Sarah register: its list, its files, its import and what is counted of it."""
