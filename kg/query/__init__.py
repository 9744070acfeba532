"""Queries of strangers: each runs in a process that can be stopped, without network, with a limit of memory."""
