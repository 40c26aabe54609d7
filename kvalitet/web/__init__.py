"""What happens around every page: what it knows, what passes before and after it, and what is shown when something fails."""
