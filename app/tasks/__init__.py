"""Tasks: work for a person or for anyone."""
