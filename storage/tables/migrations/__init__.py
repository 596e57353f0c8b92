"""Schema changes, one file each, applied in order by playhouse.migrations."""
