"""What the parties answer: to an invitation, to its words, to a mediator."""
