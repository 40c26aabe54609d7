"""The two processes of deviations: steps, what they ask for, demand and change, and the way to lex Sarah."""
