"""How a misconduct becomes a lex Sarah report."""
