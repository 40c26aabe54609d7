"""What people type: the fields for it, personal numbers found in it, and drafts of it."""
