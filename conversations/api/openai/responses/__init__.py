"""`/v1/responses`: the newer of OpenAI's two ways to have an answer written. What comes in is said
in the words of the older one, so that both mean the same; what goes out has a shape of its own."""
