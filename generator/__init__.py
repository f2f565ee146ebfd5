"""年报公开: real reports in, checked data and a searchable public site out. See ARCHITECTURE.md."""

__version__ = "0.1.0"
