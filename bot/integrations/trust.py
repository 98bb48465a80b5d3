"""Whom HTTPS trusts where the catalog says nothing else."""

import ssl
from functools import cache

import httpx


@cache
def public_authorities() -> ssl.SSLContext:
    """The public authorities, or those of `SSL_CERT_FILE`. Read once: it takes a tenth of a second of computing."""
    return httpx.create_ssl_context()
