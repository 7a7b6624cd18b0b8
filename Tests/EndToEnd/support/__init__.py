"""What the end-to-end tests share. Nothing here is taken from the program; the tests know only its contract."""
