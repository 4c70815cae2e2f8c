"""Assets: the pictures of a guide — checked, re-encoded, stored under the hash of their bytes."""
