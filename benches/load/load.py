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
import select
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
LOOK_SECONDS = 0.5
VERDICT_SECONDS, PAGE_SECONDS, MEMORY_BYTES = 2.0, 0.1, 1 << 30
BOUNDARY = "----a-line-between-parts"
WAITS = re.compile(rb"data-refresh=")


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


async def upload(port, agency, person, name, body):
    """Sends a file; gives the address of its receipt and the moment of its last byte."""
    sent = []
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    status, headers, _ = await ask(port, "POST", f"/agencies/{agency}/uploads/new", person[0], body, kind, sent)
    if status != 303 or "/uploads/" not in headers["location"]:
        raise RuntimeError(f"{name} of {agency}: {status}")
    return headers["location"], sent[0]


async def verdict(port, person, address):
    """Waits as a page does that is open: it looks again and again."""
    while True:
        status, _, body = await ask(port, "GET", address, person[0])
        if status != 200:
            raise RuntimeError(f"{address}: {status}")
        if not WAITS.search(body):
            if b"Accepted" not in body:
                raise RuntimeError(f"{address} was not accepted")
            return
        await asyncio.sleep(LOOK_SECONDS)


async def one(port, agency, person, name, body):
    address, sent = await upload(port, agency, person, name, body)
    await verdict(port, person, address)
    return time.monotonic() - sent


def others(port, agency, cookie, pid):
    """Somebody else, in a process of their own, who reads other pages, forty a second, until the input ends."""
    pages = [f"/agencies/{agency}", f"/agencies/{agency}/uploads/new", f"/agencies/{agency}/figures", "/help"]
    times, memory = [], []
    while not select.select([sys.stdin], [], [], 0)[0]:
        began = time.monotonic()
        status, _, _ = asyncio.run(ask(port, "GET", pages[len(times) % len(pages)], cookie))
        if status != 200:
            raise SystemExit(f"{pages[len(times) % len(pages)]}: {status}")
        times.append(time.monotonic() - began)
        if len(times) % 4 == 0:
            memory.append(share(pid))
        time.sleep(max(0.0, 0.025 - (time.monotonic() - began)))
    print(json.dumps([times, memory]))


def share(pid):
    """Bytes of a process and its children, each by its proportional share."""
    total = 0
    for one in (pid, *children(pid)):
        try:
            text = pathlib.Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue
        total += int(re.search(r"Pss:\s+(\d+)", text).group(1)) * 1024
    return total


def files(people):
    """What is sent: agency, name, hash and the whole body of its request."""
    made = []
    for path in sorted((BOARD / "returns").glob("*/*.xlsx")):
        agency, content = path.parent.name, path.read_bytes()
        body = form(people[agency][1], path.name, content)
        made.append((agency, path.name, hashlib.sha256(content).hexdigest(), body))
    return made


async def measured():
    place = folder()
    people = sign_in(place)
    bodies = files(people)
    server = Server(place)
    await server.ready()
    for agency, person in people.items():
        await ask(server.port, "GET", f"/agencies/{agency}", person[0])
    agency, person = next(iter(people.items()))
    command = [sys.executable, __file__, "others", str(server.port), agency, person[0], str(server.process.pid)]
    reader = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    await asyncio.sleep(0.5)
    began = time.monotonic()
    sending = (one(server.port, of, people[of], name, body) for of, name, _, body in bodies)
    waits = await asyncio.gather(*sending)
    whole = time.monotonic() - began
    times, memory = json.loads(reader.communicate(b"over")[0])
    server.end(signal.SIGTERM)
    shutil.rmtree(place)
    times.sort()
    return {
        "uploads": len(waits),
        "seconds": round(whole, 2),
        "verdict_median_s": round(statistics.median(waits), 3),
        "verdict_p95_s": round(sorted(waits)[int(len(waits) * 0.95)], 3),
        "page_p50_s": round(times[len(times) // 2], 4),
        "page_p99_s": round(times[int(len(times) * 0.99)], 4),
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

    async def send(agency, name, sha256, body):
        try:
            address, _ = await upload(server.port, agency, people[agency], name, body)
        except (OSError, RuntimeError, asyncio.IncompleteReadError):
            return
        receipts.append((agency, address, sha256))
        # In the middle of it: some have their verdict, some wait, some are still on their way.
        if len(receipts) == 120:
            server.process.send_signal(signal.SIGKILL)

    await asyncio.gather(*(send(*one) for one in files(people)))
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
    if sys.argv[1] == "others":
        others(int(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5]))
    else:
        main()
