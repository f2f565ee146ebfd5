"""How a report is printed: a sheet in, a file's text or bytes out. A writer knows nothing of readers, on purpose."""
