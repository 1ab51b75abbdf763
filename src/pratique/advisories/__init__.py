"""Advisories in the OSV format, and which versions they are about."""
