"""Lists about firms as files for spreadsheets."""
