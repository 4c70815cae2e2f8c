"""People: who takes part, the devices they use, and the links that bring them back."""
