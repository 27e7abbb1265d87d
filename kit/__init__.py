"""Map of the rooms (see README)."""
