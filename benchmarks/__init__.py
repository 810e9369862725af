"""What is measured, against what; each prints ratios of one run. See CONTRIBUTING.md."""
