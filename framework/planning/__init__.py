"""Plans for the context window: the workload changed as a plan would change it, and all four axes asked again."""
