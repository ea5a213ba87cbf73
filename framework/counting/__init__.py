"""How many tokens a text is: exactly where the tokenizer is published, as a range where only a ratio is known."""
