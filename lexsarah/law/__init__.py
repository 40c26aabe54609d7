"""What law and an administration's policy say, as plain data: days, degrees, who decides, what is cited."""
