"""What a person has data in: registered files and configured databases, and asking them."""
