"""From answers to report: the frame, its statistics, tables, figures, exports and the printed report."""
