"""The endpoint with search: patterns of ck:matches become VALUES before a query process sees the query."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

from kg.errors import KGError, StoreError
from kg.index import open_index
from kg.index.words import expanded
from kg.store import Reader
from kg.web.endpoint import Endpoint, Plan
from kg.web.message import Answer, Ask, Refused


class SearchingEndpoint(Endpoint):
    """Answers what the endpoint answers, and queries with ck:matches."""

    _reader: Reader | None = None

    async def _planned(self, ask: Ask, plan: Plan) -> Answer:
        if "matches" in plan.order:
            plan = replace(plan, order=await asyncio.to_thread(self._expanded, plan.order))
        return await super()._planned(ask, plan)

    def _expanded(self, order: str) -> str:
        self._reader = self._reader or Reader(self.settings.data)
        told = json.loads(order)
        try:
            told["text"] = expanded(told["text"], open_index(self._reader.current(), self.settings.data))
        except StoreError:
            raise
        except KGError as error:
            raise Refused(400, "search-refused", "Search refused", str(error)) from error
        return json.dumps(told)
