"""What happens around every page: what it knows, what passes before and after, and when something fails."""
