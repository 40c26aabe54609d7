"""What everyone may read, and what must be judged before: small numbers and hidden tertials."""
