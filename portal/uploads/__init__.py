"""People's photos: checked, re-encoded, private; one place for all plugins."""
