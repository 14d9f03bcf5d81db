"""The mediator's day."""
