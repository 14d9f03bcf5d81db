"""The occurrence diary, for its author alone until they share a page of it."""
