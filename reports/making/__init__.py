"""Making reports from the stored state: what happened in a period, counted body by body."""
