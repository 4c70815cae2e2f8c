"""What is typed and opened: a recorded paper, and a document of five megabytes."""
