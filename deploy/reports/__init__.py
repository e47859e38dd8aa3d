"""The forms in which a scan's result is handed over; each is a function of one `ScanResult`."""
