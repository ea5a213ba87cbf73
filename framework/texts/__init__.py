"""Documents of the user's own as text: plain text, Markdown, HTML, JSONL and PDF, read here and sent nowhere."""
