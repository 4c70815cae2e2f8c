"""The sample guide and what draws its pictures."""
