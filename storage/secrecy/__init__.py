"""What becomes secret: erased at once (`first_stage`), and the copies that are still to
be overwritten (`remains`)."""
