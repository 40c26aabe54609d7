"""What a draw is, and what a review says (pure functions)."""
