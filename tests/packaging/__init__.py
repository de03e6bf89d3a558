"""Tests of set-up and packaging."""
