"""Times `lscb` on a hundred workbooks beside programs that only read them; each in a process of its own, in one run.

    compare.py LSCB FOLDER [RUNS]

`lscb validate` reads and checks; `lscb run` reads, checks, writes Parquet, and goes on to the report: how long its intake
takes alone is told by when it says that the next stage begins. The peers read every sheet into frames and stop. Wall
seconds, child processes included; the middle of RUNS (3), the slow one once.
"""

import pathlib
import shutil
import statistics
import subprocess
import sys
import time

LSCB, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
RUNS = int(sys.argv[3]) if len(sys.argv) > 3 else 3
ROWS = 1_000_000
# The line that `lscb run` writes when everything that arrived is checked and lies in the lake as Parquet.
NEXT_STAGE = "Condensing figures"

PANDAS = """
import glob, pandas
print(sum(len(f) for b in sorted(glob.glob('inbox/*.xlsx')) for f in pandas.read_excel(b, sheet_name=None, engine='openpyxl').values()))
"""
POLARS = """
import glob, polars
print(sum(len(f) for b in sorted(glob.glob('inbox/*.xlsx')) for f in polars.read_excel(b, sheet_id=0, engine='calamine').values()))
"""


def seconds(command, runs, counts=True):
    times = []
    for _ in range(runs):
        start = time.monotonic()
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)
        times.append(time.monotonic() - start)
        if done.returncode != 0 or (counts and done.stdout.split()[-1:] != [str(ROWS)]):
            sys.exit(f"{command[0]} failed: {done.stdout[-500:]} {done.stderr[-500:]}")
    return statistics.median(times)


def stages(command, runs):
    """Seconds of a run: of its intake, until it says that it condenses what came of it, and of all of it."""
    intakes, wholes = [], []
    for _ in range(runs):
        afresh()
        start = time.monotonic()
        run = subprocess.Popen(command, cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said = []
        for line in run.stdout:
            if line.startswith(NEXT_STAGE):
                intakes.append(time.monotonic() - start)
            said.append(line)
        wholes.append(time.monotonic() - start if run.wait() == 0 else sys.exit(f"{command[0]} failed: {''.join(said)[-500:]}"))
    if len(intakes) != runs:
        sys.exit(f"no line says `{NEXT_STAGE}`")
    return statistics.median(intakes), statistics.median(wholes)


def afresh():
    for name in ("data", "reports"):
        shutil.rmtree(FOLDER / name, ignore_errors=True)


def main():
    books = sorted(str(p.relative_to(FOLDER)) for p in (FOLDER / "inbox").glob("*.xlsx"))
    python = sys.executable
    validate = [LSCB, "validate", *books, "--pipeline", "pipeline.toml"]
    intake, whole = stages([LSCB, "run", "pipeline.toml"], RUNS)
    times = {
        "lscb run, its intake: reads, checks, Parquet": intake,
        "lscb validate: reads and checks": seconds(validate, RUNS, counts=False),
        "lscb run, all of it to the report": whole,
        "polars with fastexcel: only reads": seconds([python, "-c", POLARS], RUNS),
        "pandas with openpyxl: only reads": seconds([python, "-c", PANDAS], 1),
    }
    print(f"{ROWS:,} rows in {len(books)} workbooks")
    for name, taken in times.items():
        print(f"  {name:<46} {taken:7.2f} s   {taken / intake:6.2f} times the intake")


if __name__ == "__main__":
    main()
