"""Sessions of an exchange: which come next, which closed last, is it open now."""
