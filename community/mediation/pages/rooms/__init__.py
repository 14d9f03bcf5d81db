"""The rooms: what is said, and what is carried from one to another."""
