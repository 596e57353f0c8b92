"""From the history of a stream to what is owed: the law applied, without a clock."""
