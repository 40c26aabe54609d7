"""What any text is made into before it is stored, and by which key names are sorted."""
