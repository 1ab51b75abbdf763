from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("tree-indices",),
    remedy="Do not predict with it. Ask for the model as its library wrote it.",
    references=("CWE-125",),
)
def tree_indices(part: Broken, context: Context) -> Iterator[Finding]:
    """A decision tree whose nodes point out of it, or in circles.

    ## What it finds
    In XGBoost models (JSON, UBJSON, the old binary form) and LightGBM text models: child numbers outside of the tree, nodes with
    two parents, features that the model does not have, arrays of different lengths.

    ## Why it matters
    The libraries follow these numbers at every prediction without a check: reads, and in places writes, outside of the model's
    memory (dmlc/xgboost#7903, lightgbm-org/LightGBM#7357, #7438), or a loop without an end.

    ## Limits
    Categorical splits' segments and CatBoost's trees are not followed.

    ## References
    - CWE-125: Out-of-bounds Read
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = tree_indices
