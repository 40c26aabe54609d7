"""Charts: numbers become an accessible SVG and the table that it was drawn from."""
