"""What is seen of mediation: a folder for each part, with its addresses, views and forms."""
