"""What leaves the engine for people: figures, tables, sentences, the PDF and the decision record, all from one `Study`."""
