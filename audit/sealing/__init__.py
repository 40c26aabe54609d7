"""From rows that are only added to, to a chain of heads that somebody outside keeps, and back."""
