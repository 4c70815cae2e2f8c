"""Sprints: the days of writing — starting a guide, joining it, the clock on everyone's screen."""
