import asyncio
import sys

import aiohttp


async def get(url):
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        await answer.read()


asyncio.run(get(sys.argv[1]))
