"""Everything that speaks AMQP, and nothing else does."""
