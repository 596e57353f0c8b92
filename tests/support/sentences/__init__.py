"""What an explanation says, held to what happened: a module for each part of an explanation."""
