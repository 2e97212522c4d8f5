"""What may be set, and when the office is open. Knows none of the other packages."""
