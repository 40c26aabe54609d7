"""What the database itself guards, grants and encrypts, and the periods by which it is asked."""
