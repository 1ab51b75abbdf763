from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=(
        "sentencepiece-wire",
        "sentencepiece-bounds",
        "coreml-wire",
        "coreml-weights",
        "paddle-wire",
        "paddle-parameters",
        "caffe-wire",
        "mxnet-parameters",
        "ncnn-text",
        "protobuf-text",
        "xml-syntax",
        "arrow-bounds",
        "parquet-footer",
        "executorch-bounds",
        "ubjson-malformed",
        "xgboost-binary",
        "catboost-bounds",
        "fasttext-bounds",
        "ggml-bounds",
    ),
    remedy="Ask the publisher for a complete file, written by the format's own library.",
    references=("CWE-1284",),
)
def graph_consistency(part: Broken, context: Context) -> Iterator[Finding]:
    """A model or table file that cannot be read to its end.

    ## What it finds
    Core ML, PaddlePaddle, Caffe, MXNet, ncnn, SentencePiece, XML, Arrow, Parquet, ExecuTorch, UBJSON, XGBoost, CatBoost,
    fastText and old ggml files whose bytes stop following their format; SentencePiece pieces and compiled rules that make older
    versions of its library overflow (google/sentencepiece#1263, #1269).

    ## Why it matters
    What follows the defect is unknown, and so is what another reader would make of it.

    ## Limits
    A download that was cut looks the same.

    ## References
    - CWE-1284: Improper Validation of Specified Quantity in Input
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = graph_consistency
