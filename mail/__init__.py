"""Mail: reminders as letters that reach the bodies' own mailboxes."""
