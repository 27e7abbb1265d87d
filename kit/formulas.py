"""Single formulas on plain numbers (单个公式), for an analyst's own cases.

`from kit import formulas`, then the names below. The pages use their parts on whole frames; each
is held by golden cases (`tests/adapters`), and its own help gives arguments, units and source.

- change of a total: `decompose`, `decompose_levels`, `market_part`, `mix_rate`, `did`
- budget and days out of line: `allocate`, `anomalies`
- tests: `mde_mean`, `decide_at_look`, `any_difference`, `best_arm`, `dunnett`, `guarded`,
  `arm_given`, `sums_given`, `bonferroni`, `rejected`
- rates and targets: `ratio_aggregate`, `ratio_of_sums`, `rollup_ratio`, `standardised_rate`,
  `seasonal_normalise`, `prorate_target`
- points, weights and ranks: `deduct`, `minus`, `effective`, `reweight_missing`, `composite`,
  `interval_pairwise_holm`, `rank_acceptability`
- 360 feedback: `relation_weighted`, `rater_adjust`, `suppress_small_groups`
"""

from kit.abtest.design import mde_mean
from kit.abtest.looks import decide_at_look
from kit.abtest.many import any_difference, best_arm, dunnett
from kit.abtest.sums import sums_given
from kit.abtest.users import arm_given, guarded
from kit.retrospective.anomaly import anomalies
from kit.retrospective.bridge import decompose, decompose_levels, market_part
from kit.retrospective.budget import allocate
from kit.retrospective.mix import mix_rate, ratio_aggregate
from kit.scoring.kpi import prorate_target, rollup_ratio
from kit.scoring.market import did, seasonal_normalise, standardised_rate
from kit.scoring.rank import interval_pairwise_holm, rank_acceptability
from kit.scoring.rules import deduct, minus
from kit.scoring.soft import rater_adjust, relation_weighted, suppress_small_groups
from kit.scoring.weights import composite, effective, reweight_missing
from kit.stats.intervals import ratio_of_sums
from kit.stats.multiple import bonferroni, rejected

__all__ = [
    "allocate",
    "anomalies",
    "any_difference",
    "arm_given",
    "best_arm",
    "bonferroni",
    "composite",
    "decide_at_look",
    "decompose",
    "decompose_levels",
    "deduct",
    "did",
    "dunnett",
    "effective",
    "guarded",
    "interval_pairwise_holm",
    "market_part",
    "mde_mean",
    "minus",
    "mix_rate",
    "prorate_target",
    "rank_acceptability",
    "rater_adjust",
    "ratio_aggregate",
    "ratio_of_sums",
    "rejected",
    "relation_weighted",
    "reweight_missing",
    "rollup_ratio",
    "seasonal_normalise",
    "standardised_rate",
    "sums_given",
    "suppress_small_groups",
]
