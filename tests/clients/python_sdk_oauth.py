"""The official Python SDK behind its own OAuth: does what each line of the input says. Where it
would open a browser, it says the address and waits for the answer on its own port."""

import asyncio
import json
import sys
from urllib.parse import parse_qs, urlsplit

import httpx2
from mcp import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientMetadata


def say(line):
    print(json.dumps(line), flush=True)


async def hear():
    return await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


class Memory:
    """Where an application keeps things."""

    tokens = None
    client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        self.client = client


class Answers:
    """The port on which an application waits for a person's answer."""

    async def listen(self):
        self.queue = asyncio.Queue()
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/callback"

    async def serve(self, reader, writer):
        target = urlsplit((await reader.readline()).split()[1].decode())
        while (await reader.readline()).strip():
            pass
        text = b"You can close this page."
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%b" % (len(text), text))
        await writer.drain()
        writer.close()
        if target.path == "/callback":
            self.queue.put_nowait({name: values[0] for name, values in parse_qs(target.query).items()})

    async def next(self):
        answer = await self.queue.get()
        return AuthorizationCodeResult(code=answer["code"], state=answer.get("state"), iss=answer.get("iss"))


async def open_browser(url):
    say({"authorize": url})


async def run(job):
    memory, answers = Memory(), Answers()
    provider = OAuthClientProvider(
        server_url=job["url"],
        client_metadata=OAuthClientMetadata(
            client_name=job["client_name"],
            redirect_uris=[await answers.listen()],
            token_endpoint_auth_method="none",
        ),
        storage=memory,
        redirect_handler=open_browser,
        callback_handler=answers.next,
        client_metadata_url=job.get("client_metadata_url"),
    )
    async with httpx2.AsyncClient(auth=provider, timeout=300, trust_env=False) as http:
        await hear()
        async with Client(streamable_http_client(job["url"], http_client=http), mode=job["mode"]) as client:
            said = f"{len((await client.list_tools()).tools)} tools"
            while True:
                say({
                    "said": said,
                    "client_id": memory.client.client_id,
                    "tokens": json.loads(memory.tokens.model_dump_json()),
                })
                line = await hear()
                if not line:
                    return
                deed = json.loads(line)
                if deed["do"] == "spoil":
                    # This client refreshes by its clock; what it holds has expired.
                    provider.context.token_expiry_time = 1
                    said = "spoiled"
                else:
                    result = await client.call_tool(deed["tool"], deed["arguments"])
                    said = "\n".join(content.text for content in result.content)


asyncio.run(run(json.loads(sys.stdin.readline())))
