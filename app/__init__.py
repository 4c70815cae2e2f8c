"""Chapterhouse: a real-time collaborative book-sprint editor."""
