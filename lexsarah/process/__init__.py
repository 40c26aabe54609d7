"""The process of a lex Sarah case: its steps, and what they ask for, demand and lead to."""
