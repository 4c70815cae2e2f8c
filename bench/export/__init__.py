"""What a book costs: seconds and memory for each format, beside other ways to pages."""
