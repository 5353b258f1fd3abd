"""One line of what was measured, beside its yardstick of the same run."""

from dataclasses import dataclass


@dataclass
class Row:
    name: str
    measured: str
    yardstick: str
    ratio: float
    budget: float
    remark: str = ""

    def __str__(self) -> str:
        verdict = "within" if self.ratio <= self.budget else "BEYOND"
        return (f"{self.name:<34} {self.measured:<30} {self.yardstick:<22} ratio {self.ratio:>5.2f} of {self.budget:g}"
                f"  {verdict}  {self.remark}")  # fmt: skip
