"""What the assessments mean for the choice: who passes, who ranks where, and how sure that is."""
