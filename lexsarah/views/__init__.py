"""Pages of lex Sarah."""
