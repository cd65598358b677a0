"""Risk of bias as shown: the domains of RoB 2, and a colour, sign and word for each judgement."""

# Value of a row: colour, sign and word; the sign tells them apart without colour.
LIGHTS = {
    0: ("#0072b2", "+", "low"),
    1: ("#e69f00", "~", "some concerns"),
    2: ("#d55e00", "−", "high"),
    -1: ("#d9d9d9", "?", "not judged"),
}
DOMAINS = {
    "D1": "Allocation",
    "D2": "Deviations",
    "D3": "Missing data",
    "D4": "Measurement",
    "D5": "Reporting",
    "overall": "Overall",
}
