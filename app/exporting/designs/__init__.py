"""How a guide looks as a book: what was chosen, and pages of it to look at before it is made."""
