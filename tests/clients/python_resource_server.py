"""A resource server of the official Python SDK, which asks an authorization server about tokens.

It prints its own address once it is bound, and serves until it is ended.
"""

import asyncio
import base64
import json
import socket
import sys
import urllib.error
import urllib.parse
import urllib.request

import uvicorn
from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings
from mcp.server.mcpserver.server import MCPServer


class AskingVerifier:
    """Checks tokens by introspection (RFC 7662)."""

    def __init__(self, job):
        pair = ":".join(urllib.parse.quote_plus(job[name]) for name in ("client_id", "client_secret"))
        self.headers = {"authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
        self.endpoint = job["introspection_endpoint"]

    def ask(self, token):
        body = urllib.parse.urlencode({"token": token}).encode()
        request = urllib.request.Request(self.endpoint, body, self.headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    async def verify_token(self, token):
        seen = await asyncio.to_thread(self.ask, token)
        if not seen["active"]:
            return None
        return AccessToken(
            token=token,
            client_id=seen["client_id"],
            scopes=seen["scope"].split(),
            expires_at=seen["exp"],
            resource=seen["aud"],
            subject=seen["sub"],
            claims={"iss": seen["iss"]},
        )


def main():
    job = json.load(sys.stdin)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    resource = f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
    auth = AuthSettings(
        issuer_url=job["issuer"],
        resource_server_url=resource,
        required_scopes=["write"],
        validate_token_resource=True,
    )
    server = MCPServer("foreign", token_verifier=AskingVerifier(job), auth=auth)
    config = uvicorn.Config(server.streamable_http_app(), log_level="warning")
    print(resource, flush=True)
    uvicorn.Server(config).run(sockets=[listener])


main()
