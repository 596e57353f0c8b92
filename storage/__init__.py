"""What dondoc remembers: streams, their events and what follows, in whole transactions."""
