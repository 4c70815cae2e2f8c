"""Sync: the words of chapters while people write; nothing else reads or writes the CRDT.

What is shown is already stored: an update is scanned, checked by the engine (a child process),
committed to the log, and only then acknowledged and shown to everyone in the room.
"""
