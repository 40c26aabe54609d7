"""What the law and an administration's policy say, as plain data: days, degrees, who decides, and what is cited."""
