#!/usr/bin/env python3
"""Dawid and Skene's EM in numpy, as one would write it in half an hour: the baseline that `make bench` compares with.

usage: numpy_dawid_skene.py labels.csv ITERATIONS      prints the CPU seconds of the fit alone
"""

import csv
import sys
import time

import numpy as np


def read_codes(path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = [(row["item"], row["worker"], row["label"]) for row in csv.DictReader(file)]
    return [np.unique(column, return_inverse=True)[1] for column in zip(*rows)]


def fit(item, worker, label, iterations, pseudo_count=0.1):
    items, workers, classes = (codes.max() + 1 for codes in (item, worker, label))
    votes = np.bincount(item * classes + label, minlength=items * classes).reshape(items, classes)
    posterior = votes / votes.sum(axis=1, keepdims=True)
    cell = worker * classes + label
    for _ in range(iterations):
        prior = posterior.mean(axis=0)
        given = posterior[item]
        counts = np.stack([np.bincount(cell, given[:, t], workers * classes) for t in range(classes)], axis=1) + pseudo_count
        error_rates = counts.reshape(workers, classes, classes)
        error_rates = error_rates / error_rates.sum(axis=1, keepdims=True)
        evidence = np.log(error_rates).reshape(workers * classes, classes)[cell]
        scores = np.stack([np.bincount(item, evidence[:, t], items) for t in range(classes)], axis=1) + np.log(prior)
        posterior = np.exp(scores - scores.max(axis=1, keepdims=True))
        posterior /= posterior.sum(axis=1, keepdims=True)
    return posterior


if __name__ == "__main__":
    columns = read_codes(sys.argv[1])
    start = time.process_time()
    fit(*columns, iterations=int(sys.argv[2]))
    print(time.process_time() - start)
