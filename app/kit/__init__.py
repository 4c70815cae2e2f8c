"""Kit: what every noun needs and what knows nothing about guides."""
