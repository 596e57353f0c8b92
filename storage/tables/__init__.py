"""What is kept in which form: the tables, their rows as values, and the steps between versions."""
