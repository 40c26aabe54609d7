"""The process of a lex Sarah case: steps, what they ask for, demand and lead to, by the administration's policy."""
