"""What somebody wrote, read into values: the files of an office, and events as they were stored."""
