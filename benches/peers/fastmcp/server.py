"""Serves an OpenAPI document with FastMCP over stdio.

Arguments: the document, the URL of the API, and how tools are offered:
`flat` (one tool per operation), `bm25` (search and call), `code` (search, schemas and code).
"""

import json
import sys

import httpx2
from fastmcp import FastMCP
from fastmcp.experimental.transforms.code_mode import CodeMode
from fastmcp.server.transforms.search import BM25SearchTransform
from fastmcp.server.transforms.search.base import serialize_tools_for_output_markdown

document, url, offer = sys.argv[1:]
with open(document, encoding="utf-8") as file:
    spec = json.load(file)


class Remembered:
    """Lists the operations once: FastMCP makes the whole list anew at each call, which takes seconds."""

    listed = None

    async def get_tool_catalog(self, ctx, **options):
        if self.listed is None:
            self.listed = await super().get_tool_catalog(ctx, **options)
        return self.listed


class Search(Remembered, BM25SearchTransform):
    """FastMCP's search."""


class Code(Remembered, CodeMode):
    """FastMCP's code mode."""


client = httpx2.AsyncClient(base_url=url, timeout=60)
server = FastMCP.from_openapi(spec, client, name="netbox")
if offer == "bm25":
    # Compact results, which FastMCP has but does not choose by itself.
    server.add_transform(
        Search(search_result_serializer=serialize_tools_for_output_markdown)
    )
elif offer == "code":
    server.add_transform(Code())
server.run(show_banner=False)
