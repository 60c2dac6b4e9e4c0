"""What a model gets to see of a conversation, and the receipt of it."""
