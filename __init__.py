"""dondoc: the deadlines of regulation 02/2015/QĐ-UBND, tracked beside HSCV."""
