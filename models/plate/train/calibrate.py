#!/usr/bin/python3
"""How sure the recogniser may be: for each temperature, exports the network, reads held-back records with the eye
itself, and prints what share was right and how far the stated likelihood is from it (expected calibration error).

  calibrate.py FOLDER/last.pt RECORDS --eye build/release/bin/menshen-eye --models build/models [--temperatures 0.8 1 …]

Held-back records are drawn with a seed that training never used; real ones come from every tenth picture of the -train
sets, which training left out. No dev set is looked at.
"""
import argparse
import csv
import json
import subprocess
import tempfile
from pathlib import Path

import cv2
import numpy as np

import records

HERE = Path(__file__).resolve().parent


def unpack(path, folder):
    """Records as pictures and labels; a picture without a readable plate has no label. Returns text by file."""
    batch = np.fromfile(path, records.RECORD)
    texts = {}
    for i, record in enumerate(batch):
        name = f"{i:06}.png"
        cv2.imwrite(str(folder / name), record["image"])
        texts[name] = records.text_of(record) if record["kind"] >= records.SINGLE_ROW else ""
    with (folder / "labels.csv").open("w") as file:
        csv.writer(file).writerows([["file", "plate"], *texts.items()])
    return texts


def reads(eye, models, folder, texts):
    """(likelihood, right, readable) of every picture."""
    run = subprocess.run([eye, "read", "--crops", "--models", models, folder],
                         stdout=subprocess.PIPE, check=True, text=True)  # fmt: skip
    out = []
    for line in run.stdout.splitlines():
        picture = json.loads(line)
        text = texts[Path(picture["file"]).name]
        read = (picture["reads"] or [{"likelihood": 0, "text": ""}])[0]
        out.append((read["likelihood"], read["text"] == text and text != "", text != ""))
    return np.array(out)


def expected_error(likelihood, right, bins=10):
    """Mean distance between what was said and what was so, over ten equal ranges of likelihood, by their size."""
    which = np.minimum((likelihood * bins).astype(int), bins - 1)
    gaps = [abs(likelihood[which == b].sum() - right[which == b].sum()) for b in range(bins)]
    return sum(gaps) / max(1, len(likelihood))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("records", type=Path)
    parser.add_argument("--eye", required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--temperatures", type=float, nargs="+", default=[0.8, 0.9, 1.0, 1.15, 1.3, 1.5])
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        pictures, own = Path(scratch, "pictures"), Path(scratch, "models", "plate")
        pictures.mkdir()
        own.mkdir(parents=True)
        for name in ("detector.onnx", "corners.onnx"):
            (own / name).symlink_to((args.models / "plate" / name).resolve())
        texts = unpack(args.records, pictures)
        for temperature in args.temperatures:
            subprocess.run(["/usr/bin/python3", HERE / "export.py", args.checkpoint, own / "recogniser.onnx",
                            "--temperature", str(temperature)], stdout=subprocess.DEVNULL, check=True)  # fmt: skip
            likelihood, right, readable = reads(args.eye, own.parent, pictures, texts).T
            sure = likelihood >= 0.98
            print(f"temperature {temperature}: right {100 * right.sum() / max(1, readable.sum()):.2f} % of "
                  f"{readable.sum():.0f}, expected calibration error {100 * expected_error(likelihood, right):.2f} %, "
                  f"from 0.98 on {sure.sum()} reads, {sure.sum() - right[sure].sum():.0f} of them wrong")  # fmt: skip


if __name__ == "__main__":
    main()
