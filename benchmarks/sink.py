"""python -m benchmarks.sink DELAY: a mail server that takes every message, DELAY seconds after its end.

It prints its port. To each line that it reads it answers with JSON: how many messages it has taken since the
question before that was `again`, and when it took the first and the last of them.
"""

import asyncio
import json
import sys
import time

WORDS = {b"EHLO": b"250-here\r\n250 8BITMIME\r\n", b"QUIT": b"221 bye\r\n", b"DATA": b"354 go ahead\r\n"}


class Sink:
    """What was taken, and when."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.taken_at: list[float] = []

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client on the line, until it hangs up."""
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            writer.write(WORDS.get(verb, b"250 fine\r\n"))
            if verb == b"DATA":
                await self.take(reader)
                writer.write(b"250 taken\r\n")
        writer.close()

    async def take(self, reader: asyncio.StreamReader) -> None:
        await reader.readuntil(b"\r\n.\r\n")
        if self.delay:
            await asyncio.sleep(self.delay)
        self.taken_at.append(time.monotonic())

    async def report(self) -> None:
        """Answer questions until nobody asks any more."""
        asked = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(asked), sys.stdin
        )
        while question := await asked.readline():
            print(json.dumps([len(self.taken_at), *self.taken_at[:1], *self.taken_at[-1:]]), flush=True)
            if question == b"again\n":
                self.taken_at.clear()


async def main(delay: float) -> None:
    sink = Sink(delay)
    server = await asyncio.start_server(sink.converse, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await sink.report()
    server.close()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
