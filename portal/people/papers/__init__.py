"""Papers to sign in with: what the desk prints for whoever has neither e-mail nor phone."""
