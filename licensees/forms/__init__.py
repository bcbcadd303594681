"""The forms about firms: what a page may send, in clean values."""
