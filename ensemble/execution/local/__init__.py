"""The embedded cluster: its scheduler, its workers, and TLS between them on loopback."""
