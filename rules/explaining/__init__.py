"""What a person asks of the law: why a date is what it is, what a regulation says, what differs."""
