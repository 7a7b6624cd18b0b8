"""What the end-to-end tests share. Nothing here comes from the program: it is known by its contract only."""
