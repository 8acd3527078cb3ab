#!/usr/bin/python3
"""Averages the weights of checkpoints of one training (recogniser.py): states on its way and ends of several falls of the rate.

  average.py OUT.pt FOLDER/last.pt OTHER.pt …

The moving averages that they hold are what is averaged, statistics of the batch norms and all; the rest of OUT is the first one's. Such a
mean errs less than each of its parts as long as these come from one another: measure it on held-back records before it is exported.
"""
import argparse
from pathlib import Path

import torch


def mean(states):
    return {key: sum(state[key] for state in states) / len(states) if value.dtype.is_floating_point else value
            for key, value in states[0].items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("checkpoints", type=Path, nargs="+")
    args = parser.parse_args()
    saved = [torch.load(path, map_location="cpu") for path in args.checkpoints]
    if any(each["shape"] != saved[0]["shape"] for each in saved):
        raise SystemExit("average.py: the checkpoints are of networks of different shapes")
    saved[0]["average"] = mean([each["average"] for each in saved])
    torch.save(saved[0], args.out)


if __name__ == "__main__":
    main()
