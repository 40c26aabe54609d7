"""Who decides, when they meet, and what is put before them and written down after."""
