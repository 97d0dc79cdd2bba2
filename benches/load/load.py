"""Sends two hundred returns at once to a portal of its own, and measures: the time from the last byte to the verdict, other
pages meanwhile, and the memory of all processes. A second round pulls the plug in the middle and looks for every receipt.

    python load.py LSCB BOARD

The client is plain asyncio, for it shares the machine's processors with the portal.
"""

import asyncio
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

PROGRAM, BOARD = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
VERDICT_SECONDS, PAGE_SECONDS, MEMORY_BYTES = 2.0, 0.1, 1 << 30
BOUNDARY = "----a-line-between-parts"
DONE = re.compile(rb'data-refresh="1"')


def folder():
    """A copy of the board without anything received."""
    place = pathlib.Path(tempfile.mkdtemp(prefix="lscb-load-"))
    for name in ("reference", "pipeline.toml", "inbox"):
        source = BOARD / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, place / name)
    return place


def sign_in(place):
    """An account and a session for each agency: people who signed in before the test began."""
    people = {}
    for agency in sorted(p.name for p in (BOARD / "returns").iterdir()):
        arguments = ["user", "add", "--role", "agency", "--agency", agency, "--email", f"{agency}@board.example"]
        arguments += ["--name", f"Somebody of {agency}", "--pipeline", str(place / "pipeline.toml")]
        subprocess.run([PROGRAM, *arguments], check=True, stdout=subprocess.DEVNULL)
        people[agency] = None
    ledger = sqlite3.connect(place / "data" / "ledger.sqlite")
    now = int(time.time())
    for number, (user, agency, epoch) in enumerate(ledger.execute("SELECT id, agency, epoch FROM users").fetchall()):
        cookie, csrf = f"{number:021}A", f"token-of-{number}"
        data = json.dumps({"user": user, "epoch": epoch, "csrf": csrf, "started": now, "seen": now})
        row = (hashlib.sha256(cookie.encode()).hexdigest(), user, "127.0.0.1", now, now, now + 3600, data)
        ledger.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        people[agency] = (cookie, csrf)
    ledger.commit()
    ledger.close()
    return people


class Server:
    """The portal, listening on a port that the system chose."""

    def __init__(self, place):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        arguments = [PROGRAM, "serve", str(place / "pipeline.toml"), "--listen", f"127.0.0.1:{self.port}"]
        self.log = open(place / "serve.log", "ab")
        self.process = subprocess.Popen(arguments, stdout=self.log, stderr=self.log)

    async def ready(self):
        for _ in range(600):
            try:
                await ask(self.port, "GET", "/help")
                return
            except OSError:
                await asyncio.sleep(0.1)
        raise SystemExit("the portal did not start")

    def memory(self):
        """Bytes of the portal and its children that nobody else has: their proportional share."""
        total = 0
        for pid in (self.process.pid, *children(self.process.pid)):
            try:
                text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
            except OSError:
                continue
            total += int(re.search(r"Pss:\s+(\d+)", text).group(1)) * 1024
        return total

    def end(self, how):
        self.process.send_signal(how)
        self.process.wait()


def children(pid):
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text().split()]
        except OSError:
            pass
    return found


async def ask(port, method, path, cookie=None, body=b"", kind=None, sent=None):
    """A request on a connection of its own; gives status, headers and body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
    if cookie:
        head += f"Cookie: __Host-lscb={cookie}\r\n"
    if kind:
        head += f"Content-Type: {kind}\r\n"
    if method == "POST":
        head += f"Content-Length: {len(body)}\r\n"
    writer.write(head.encode() + b"\r\n" + body)
    await writer.drain()
    if sent is not None:
        sent.append(time.monotonic())
    answer = await reader.read()
    writer.close()
    head, _, rest = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    if not lines[0]:
        raise ConnectionResetError
    return int(lines[0].split()[1]), headers, rest


def form(csrf, name, content):
    first = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{csrf}\r\n'
    second = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
    second += "Content-Type: application/octet-stream\r\n\r\n"
    return first.encode() + second.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


async def upload(port, agency, person, path):
    """Sends a file; gives the address of its receipt, its hash and the moment of its last byte."""
    cookie, csrf = person
    content = path.read_bytes()
    sent = []
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    answer = await ask(port, "POST", f"/agencies/{agency}/uploads/new", cookie, form(csrf, path.name, content), kind, sent)
    status, headers, _ = answer
    if status != 303:
        raise RuntimeError(f"{path.name} of {agency}: {status}")
    return headers["location"], hashlib.sha256(content).hexdigest(), sent[0]


async def verdict(port, person, address):
    """Waits as a page does that is open: it looks once a second."""
    while True:
        status, _, body = await ask(port, "GET", address, person[0])
        if status != 200:
            raise RuntimeError(f"{address}: {status}")
        if not DONE.search(body):
            if b"Accepted" not in body:
                raise RuntimeError(f"{address} was not accepted")
            return
        await asyncio.sleep(1)


async def one(port, agency, person, path):
    address, _, sent = await upload(port, agency, person, path)
    await verdict(port, person, address)
    return time.monotonic() - sent


async def others(port, people, times, memory, server, over):
    """Somebody reads other pages, ten a second."""
    agency, person = next(iter(people.items()))
    pages = [f"/agencies/{agency}", f"/agencies/{agency}/uploads/new", f"/agencies/{agency}/figures", "/help"]
    turn = 0
    while not over.is_set():
        began = time.monotonic()
        status, _, _ = await ask(port, "GET", pages[turn % len(pages)], person[0])
        if status != 200:
            raise RuntimeError(f"{pages[turn % len(pages)]}: {status}")
        times.append(time.monotonic() - began)
        memory.append(server.memory())
        turn += 1
        await asyncio.sleep(max(0.0, 0.1 - (time.monotonic() - began)))


def files():
    return sorted((p.parent.name, p) for p in (BOARD / "returns").glob("*/*.xlsx"))


async def measured():
    place = folder()
    people = sign_in(place)
    server = Server(place)
    await server.ready()
    for agency, person in people.items():
        await ask(server.port, "GET", f"/agencies/{agency}", person[0])
    times, memory, over = [], [], asyncio.Event()
    reading = asyncio.create_task(others(server.port, people, times, memory, server, over))
    await asyncio.sleep(1)
    times.clear()
    began = time.monotonic()
    waits = await asyncio.gather(*(one(server.port, agency, people[agency], path) for agency, path in files()))
    whole = time.monotonic() - began
    over.set()
    await reading
    server.end(signal.SIGTERM)
    shutil.rmtree(place)
    times.sort()
    return {
        "uploads": len(waits),
        "seconds": round(whole, 2),
        "verdict_median_s": round(statistics.median(waits), 3),
        "verdict_p95_s": round(sorted(waits)[int(len(waits) * 0.95)], 3),
        "page_p50_s": round(times[len(times) // 2], 4),
        "page_p99_s": round(times[min(len(times) - 1, int(len(times) * 0.99))], 4),
        "pages": len(times),
        "memory_max_mib": round(max(memory) / (1 << 20)),
    }


async def unplugged():
    """Every receipt that was given is there after the portal was killed, with its bytes, and gets its verdict."""
    place = folder()
    people = sign_in(place)
    server = Server(place)
    await server.ready()
    receipts = []

    async def send(agency, path):
        try:
            address, sha256, _ = await upload(server.port, agency, people[agency], path)
        except (OSError, RuntimeError, asyncio.IncompleteReadError):
            return
        receipts.append((agency, address, sha256))
        # In the middle of it: some have their verdict, some wait, some are still on their way.
        if len(receipts) == 120:
            server.process.send_signal(signal.SIGKILL)

    await asyncio.gather(*(send(agency, path) for agency, path in files()))
    server.process.wait()
    again = Server(place)
    await again.ready()
    lost = 0
    for agency, address, sha256 in receipts:
        status, _, body = await ask(again.port, "GET", f"{address}/receipt", people[agency][0])
        if status != 200 or json.loads(body)["sha256"] != sha256:
            lost += 1
            continue
        await verdict(again.port, people[agency], address)
    again.end(signal.SIGTERM)
    shutil.rmtree(place)
    return {"receipts_given": len(receipts), "receipts_lost": lost}


def main():
    result = asyncio.run(measured())
    result.update(asyncio.run(unplugged()))
    print(json.dumps(result, indent=2))
    failed = []
    if result["verdict_median_s"] >= VERDICT_SECONDS:
        failed.append("the median verdict took too long")
    if result["page_p99_s"] >= PAGE_SECONDS:
        failed.append("other pages took too long")
    if result["memory_max_mib"] << 20 >= MEMORY_BYTES:
        failed.append("the processes took too much memory")
    if result["receipts_lost"]:
        failed.append("receipts were lost")
    if failed:
        raise SystemExit("; ".join(failed))


if __name__ == "__main__":
    main()
