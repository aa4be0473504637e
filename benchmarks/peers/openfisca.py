"""W1 in OpenFisca-Core: entities `line` and `case`, one variable a step, numbers of 32 bits (exact here).

Vectors throughout. Ceilings are of sums, as its users write them: what each line is paid is not said. "Traced" keeps
every variable asked for and its array, not which clause decided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from openfisca_core import entities, simulations, taxbenefitsystems, variables
from openfisca_core.periods import ETERNITY

from .fisca import Fisca, a_system
from .shape import Makers

if TYPE_CHECKING:
    from openfisca_core.simulations import Simulation


class OpenFisca(Fisca):
    name = "OpenFisca"

    def __init__(self) -> None:
        self.system = a_system(entities, taxbenefitsystems.TaxBenefitSystem, variables.Variable, ETERNITY)

    def simulation(self, cases: int, case_of: Any) -> Simulation:
        builder = simulations.SimulationBuilder()
        builder.create_entities(self.system)
        builder.declare_person_entity("line", range(len(case_of)))
        builder.join_with_persons(builder.declare_entity("case", range(cases)), case_of, np.array(["member"]))
        return builder.build(self.system)


class Traced(OpenFisca):
    name = "OpenFisca, traced"
    reasons = "trace of variables"
    traced = True


def peers() -> Makers:
    return [OpenFisca, Traced]
